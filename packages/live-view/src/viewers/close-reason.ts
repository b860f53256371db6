/** Maximum size of the reason in a WebSocket's close message, in bytes (RFC 6455, section 5.5.1). */
const maxReasonBytes = 123;

/** Shortens a text so that it fits into a close message. */
export function closeReason(text: string): string {
  if (Buffer.byteLength(text) <= maxReasonBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxReasonBytes - 3));
  return `${text.slice(0, read)}…`;
}
