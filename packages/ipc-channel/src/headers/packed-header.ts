// The entry point without the native helper. For values as small as headers, the helper costs more time than it saves.
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { carriable, lastHoldsExtended } from "./header-value.ts";

// Plain MessagePack that any library reads: no records, and the shortest length prefix for each map.
const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  encodeUndefinedAsNil: true,
  useToJSON: false,
});

/** Every header is written to the same memory. The caller copies it before the next call. */
const inPlace = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;

/** Msgpackr's own buffer. The header is in the bytes from `start` to `end`. */
type Packed = Buffer & { start: number; end: number };

/** MessagePack bytes from `start` to `end`, in memory that the next header overwrites. */
export interface EncodedHeader {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Encodes a header with msgpackr. Throws the error of {@link carriable} for a header that cannot be encoded or is certain to
 * exceed `maxBytes`.
 */
export function packHeader(header: unknown, maxBytes: number): EncodedHeader {
  const value = carriable(header, maxBytes);
  if (lastHoldsExtended()) requireOwnExtensions();
  const bytes = packr.pack(value, inPlace) as Packed;
  return { bytes, start: bytes.start, end: bytes.end };
}

/**
 * Throws a TypeError if an extension that the program has registered with msgpackr changes how bytes or dates are
 * encoded. Extensions are process-wide.
 */
function requireOwnExtensions(): void {
  for (const [value, expected] of extendedValues) {
    const bytes = packr.pack(value, inPlace) as Packed;
    if (expected.equals(bytes.subarray(bytes.start, bytes.end))) continue;
    throw new TypeError("an extension registered with msgpackr changes how bytes or dates are written");
  }
}

/** Values that msgpackr encodes through extensions, and their bytes if the program has registered no extension. */
const extendedValues: readonly (readonly [unknown, Buffer])[] = [
  [Uint8Array.of(1), Buffer.from("c40101", "hex")],
  [new Date(0), Buffer.from("d6ff00000000", "hex")],
];
