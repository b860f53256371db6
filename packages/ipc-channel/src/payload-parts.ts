import { isUint8Array } from "node:util/types";

/** A payload as a caller passes it: bytes, or a list of parts that arrive as one payload. */
export type Payload = Uint8Array | readonly Uint8Array[];

/** Returns a copy of the payload's list of parts. Throws a TypeError if it is not a payload. */
export function partsOf(payload: Payload): readonly Uint8Array[] {
  // Not `instanceof`: the array may come from another realm.
  if (isUint8Array(payload)) return [payload];
  if (!Array.isArray(payload)) throw new TypeError(mustBeBytes);
  const parts: Uint8Array[] = [];
  for (const part of payload) {
    if (!isUint8Array(part)) throw new TypeError(mustBeBytes);
    parts.push(part);
  }
  return parts;
}

const mustBeBytes = "payload must be a Uint8Array or a list of them";

/** Returns the total length of the parts in bytes. Throws a TypeError if the memory of one was transferred. */
export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) {
    if (part.length === 0) requireAttached(part);
    length += part.length;
  }
  return length;
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
