import type { Options } from "msgpackr";
// The entry without the native helper, which costs more than it saves on values as small as headers.
import { Packr } from "msgpackr/pack";
import { IPCChannelError } from "./ipc-channel-error.ts";

// Plain MessagePack that any library reads: no records, undefined properties left out as JSON does.
// Binary values are copied out, since a view would keep the whole read buffer alive.
const options: Options & { skipValues: unknown[] } = {
  useRecords: false,
  skipValues: [undefined],
  encodeUndefinedAsNil: true,
  copyBuffers: true,
};
const packr = new Packr(options);

/** MessagePack bytes of a header; throws ERR_IPC_INVALID_HEADER where a value cannot be carried. */
export function encodeHeader(header: unknown): Buffer {
  try {
    requireCarriable(header);
    return packr.pack(header);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", `the header cannot be encoded: ${reason(cause)}`, {
      cause,
    });
  }
}

/** Of any other view than bytes msgpackr cuts each item down to a byte, and fills up with what lies in its memory. */
function requireCarriable(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if ((value as Partial<Uint8Array>).BYTES_PER_ELEMENT === 1) return;
    throw new TypeError("binary values have to be bytes, as in a Uint8Array");
  }
  if (Array.isArray(value)) for (const item of value) requireCarriable(item);
  else for (const key in value) requireCarriable((value as Record<string, unknown>)[key]);
}

const range = { start: 0, end: 0 };

/** The value of the MessagePack bytes from `start` to `end`; throws ERR_IPC_CORRUPT_MESSAGE where they are none. */
export function decodeHeader(bytes: Buffer, start: number, end: number): unknown {
  range.start = start;
  range.end = end;
  try {
    if (bytes[start] === 0xc1) throw new Error("the byte c1 begins no MessagePack value");
    return packr.unpack(bytes, range);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `undecodable header: ${reason(cause)}`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
