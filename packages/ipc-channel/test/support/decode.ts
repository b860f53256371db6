import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import type { Frame } from "../../src/wire/frame.ts";
import { FrameDecoder } from "../../src/wire/frame-decoder.ts";

/** Passes the chunks of a stream to a decoder, calls back with each frame, and ends the stream. */
export type Feed = (
  decoder: FrameDecoder,
  chunks: readonly Uint8Array[],
  onFrame: (frame: Frame) => void,
) => void;

/** Pushes each chunk to the decoder. */
export const feed: Feed = (decoder, chunks, onFrame) => {
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    readAll(decoder, onFrame);
  }
  decoder.end();
};

/** Writes bytes directly into the decoder's payload if there is one, and pushes all other bytes. */
export const feedInPlace: Feed = (decoder, chunks, onFrame) => {
  for (let chunk of chunks) {
    while (chunk.length > 0) {
      const rest = decoder.payload?.subarray(decoder.filled);
      const length = Math.min(rest?.length ?? chunk.length, chunk.length);
      if (rest) {
        rest.set(chunk.subarray(0, length));
        decoder.filled += length;
      } else decoder.push(Buffer.from(chunk.subarray(0, length)));
      chunk = chunk.subarray(length);
      readAll(decoder, onFrame);
    }
  }
  decoder.end();
};

/** Copies each chunk into the same memory, and calls detach() after the chunk's first frame, as a paused reader does. */
export const feedFromScratch: Feed = (decoder, chunks, onFrame) => {
  const scratch = Buffer.alloc(Math.max(0, ...chunks.map(({ length }) => length)));
  for (const chunk of chunks) {
    scratch.set(chunk);
    decoder.push(scratch.subarray(0, chunk.length));
    const first = decoder.read();
    if (first) onFrame(first);
    decoder.detach();
    scratch.fill(0xee);
    readAll(decoder, onFrame);
  }
  decoder.end();
};

/** Decodes the chunks and returns their frames. */
export function decode(
  chunks: readonly Uint8Array[],
  way: Feed = feed,
  decoder: FrameDecoder = new FrameDecoder({ maxHeaderBytes: 65536, maxPayloadBytes: 1 << 20 }),
): Frame[] {
  const frames: Frame[] = [];
  way(decoder, chunks, (frame) => frames.push(frame));
  return frames;
}

/** Cuts the stream at these offsets. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

/** Returns the code of the IPCChannelError that `run` throws, or "none". Any other error is thrown. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof IPCChannelError) return error.code;
    throw error;
  }
  return "none";
}

function readAll(decoder: FrameDecoder, onFrame: (frame: Frame) => void): void {
  for (let frame = decoder.read(); frame; frame = decoder.read()) onFrame(frame);
}
