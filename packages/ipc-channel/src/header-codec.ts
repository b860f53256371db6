// The entry without the native helper, which costs more than it saves on values as small as headers.
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { maxLength } from "./frame.ts";
import { readHeader } from "./header-reader.ts";
import { carriable, lastHoldsExtended } from "./header-value.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { plainHeader, writePlainHeader } from "./plain-header-writer.ts";

// Plain MessagePack that any library reads: no records, and the shortest length prefix for each map.
const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  encodeUndefinedAsNil: true,
  useToJSON: false,
});

/** Every header is written to the same memory. The caller copies it before the next call. */
const inPlace = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;

/** MessagePack bytes from `start` to `end`. The next call of {@link encodeHeader} overwrites them. */
export interface EncodedHeader {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Encodes a header. Throws ERR_IPC_INVALID_HEADER, with the cause, if the header holds a value that cannot be encoded,
 * and ERR_IPC_MESSAGE_TOO_LARGE if it is certain before encoding to exceed `maxBytes`. The caller checks the exact length.
 */
export function encodeHeader(header: unknown, maxBytes: number = maxLength): EncodedHeader {
  try {
    const plainLength = writePlainHeader(header);
    if (plainLength >= 0) return { bytes: plainHeader, start: 0, end: plainLength };
    const value = carriable(header, maxBytes);
    if (lastHoldsExtended()) requireOwnExtensions();
    const bytes = packr.pack(value, inPlace) as Packed;
    return { bytes, start: bytes.start, end: bytes.end };
  } catch (cause) {
    if (cause instanceof IPCChannelError && cause.code === "ERR_IPC_MESSAGE_TOO_LARGE") throw cause;
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", `the header cannot be encoded: ${reason(cause)}`, {
      cause,
    });
  }
}

type Packed = Buffer & { start: number; end: number };

/**
 * Throws a TypeError if an extension that the program has registered with msgpackr changes how bytes or dates are
 * encoded. Extensions are process-wide.
 */
function requireOwnExtensions(): void {
  for (const [value, expected] of written) {
    const bytes = packr.pack(value, inPlace) as Packed;
    if (expected.equals(bytes.subarray(bytes.start, bytes.end))) continue;
    throw new TypeError("an extension registered with msgpackr changes how bytes or dates are written");
  }
}

const written: readonly (readonly [unknown, Buffer])[] = [
  [Uint8Array.of(1), Buffer.from("c40101", "hex")],
  [new Date(0), Buffer.from("d6ff00000000", "hex")],
];

/** Decodes the header from `start` to `end`. Throws ERR_IPC_CORRUPT_MESSAGE, with the cause, if it is invalid. */
export function decodeHeader(bytes: Buffer, start: number, end: number): unknown {
  try {
    return readHeader(bytes, start, end);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `undecodable header: ${reason(cause)}`, { cause });
  }
}

/** A getter may throw any value, including an object that cannot be converted to a string. */
function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : `${typeof cause} thrown`;
}
