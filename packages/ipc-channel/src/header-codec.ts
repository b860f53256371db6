// The entry without the native helper, which costs more than it saves on values as small as headers.
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { readHeader } from "./header-reader.ts";
import { carriable } from "./header-value.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";

// Plain MessagePack that any library reads: no records, maps with as short a length as they need.
const packr = new Packr({
  useRecords: false,
  variableMapSize: true,
  encodeUndefinedAsNil: true,
  useToJSON: false,
});

/** Each header is written to the same memory, and is copied from there before the next one. */
const inPlace = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;

/** MessagePack bytes, from `start` to `end` of memory that the next call of {@link encodeHeader} writes to. */
export interface EncodedHeader {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Encodes a header. Throws ERR_IPC_INVALID_HEADER, with the cause, where it cannot be carried; then nothing is written.
 */
export function encodeHeader(header: unknown): EncodedHeader {
  try {
    const bytes = packr.pack(carriable(header), inPlace) as Buffer & { start: number; end: number };
    return { bytes, start: bytes.start, end: bytes.end };
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", `the header cannot be encoded: ${reason(cause)}`, {
      cause,
    });
  }
}

/** The value of the header from `start` to `end`; throws ERR_IPC_CORRUPT_MESSAGE, with the cause, where it is none. */
export function decodeHeader(bytes: Buffer, start: number, end: number): unknown {
  try {
    return readHeader(bytes, start, end);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `undecodable header: ${reason(cause)}`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
