/** The parts of a payload; throws a TypeError where it is no payload, or its memory was given away before. */
export function partsOf(payload: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  const parts = payload instanceof Uint8Array ? [payload] : payload;
  if (!Array.isArray(parts) || !parts.every((part) => part instanceof Uint8Array)) {
    throw new TypeError("payload must be a Uint8Array or a list of them");
  }
  for (const part of parts) if (part.length === 0) requireAttached(part);
  return parts;
}

/** An empty payload is legal; one that is empty because its memory was given away is a mistake. Throws a TypeError then. */
function requireAttached({ buffer }: Uint8Array): void {
  try {
    // Only this tells on every version of Node.
    new Uint8Array(buffer as ArrayBuffer);
  } catch (cause) {
    throw new TypeError("the payload's memory was transferred or disposed", { cause });
  }
}
