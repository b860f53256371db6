import type { InputMessage } from "./input-message.ts";
import type { PageNotice } from "./page-notice.ts";

/** Content with more bytes of JSON than this is sent as the payload. Must be well below the default `maxHeaderBytes`. */
const maxDataBytes = 16_384;

/** Maximum length of a payload with content, in bytes. */
const maxPayloadBytes = 4 * 1024 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Returns the data and the payload of the application message that carries an input or a notice. Content that may exceed
 * the peer's `maxHeaderBytes`, such as a long paste or a list of many options, is the payload, as JSON.
 *
 * @example
 * await receiver.send(inputMessageType, ...messageContent({ kind: "paste", text }));
 */
export function messageContent<T extends InputMessage | PageNotice>(
  content: T,
): [data: T | undefined, payload?: Uint8Array] {
  // All other kinds are small, and may be sent hundreds of times per second.
  const mayBeLarge = content.kind === "paste" || content.kind === "copied" || content.kind === "picker";
  if (!mayBeLarge) return [content];
  const json = Buffer.from(JSON.stringify(content));
  return json.length > maxDataBytes ? [undefined, new Uint8Array(json)] : [content];
}

/** Returns the text, cut to `maxLength` UTF-16 code units. U+FFFD replaces lone surrogates, which no message may contain. */
export function fitText(text: string, maxLength: number): string {
  // Every supported runtime has `toWellFormed` (ES2024); the ES2023 types lack it.
  return (text.slice(0, maxLength) as string & { toWellFormed(): string }).toWellFormed();
}

/** Returns the content of a message: its data, or its payload if it has no data. Throws what `refuse` returns. */
export function readContent(
  data: unknown,
  payload: Uint8Array | undefined,
  refuse: (why: string, cause?: unknown) => Error,
): unknown {
  if (payload === undefined || (data !== undefined && data !== null)) return data;
  if (payload.length > maxPayloadBytes) {
    throw refuse(`must have at most ${maxPayloadBytes} bytes, got ${payload.length}`);
  }
  try {
    return JSON.parse(decoder.decode(payload));
  } catch (cause) {
    throw refuse("must be JSON in UTF-8", cause);
  }
}
