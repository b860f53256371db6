// The entry without the native helper, which costs more than it saves on values as small as headers.
import { Packr, RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr/pack";
import { readHeader } from "./header-reader.ts";
import { carriable } from "./header-value.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";

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

/** Encodes a header. Throws ERR_IPC_INVALID_HEADER, with the cause, if the header holds a value that cannot be encoded. */
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

/** Decodes the header from `start` to `end`. Throws ERR_IPC_CORRUPT_MESSAGE, with the cause, if it is invalid. */
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
