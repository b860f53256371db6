/** Returns the parts of a payload. Throws a TypeError if it is not a payload, or if its memory was transferred. */
export function partsOf(payload: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  const parts = payload instanceof Uint8Array ? [payload] : payload;
  if (!Array.isArray(parts) || !parts.every((part) => part instanceof Uint8Array)) {
    throw new TypeError("payload must be a Uint8Array or a list of them");
  }
  for (const part of parts) if (part.length === 0) requireAttached(part);
  return parts;
}

/** Throws a TypeError if the view is empty because its memory was transferred. An empty payload is legal. */
function requireAttached({ buffer }: Uint8Array): void {
  try {
    // The only check that works on every supported version of Node.
    new Uint8Array(buffer as ArrayBuffer);
  } catch (cause) {
    throw new TypeError("the payload's memory was transferred or disposed", { cause });
  }
}
