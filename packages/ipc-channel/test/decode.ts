import type { Frame } from "../src/frame.ts";
import { FrameDecoder } from "../src/frame-decoder.ts";
import { IPCChannelError } from "../src/ipc-channel-error.ts";

/** A way for the bytes of a stream to come into a decoder; it ends the stream after the last one. */
export type Feed = (
  decoder: FrameDecoder,
  chunks: readonly Uint8Array[],
  onFrame: (frame: Frame) => void,
) => void;

/** Each chunk whole, in memory of its own. */
export const feed: Feed = (decoder, chunks, onFrame) => {
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    readAll(decoder, onFrame);
  }
  decoder.end();
};

/** Straight into the payload under way wherever there is one. */
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

/** By one piece of memory that is used over and over, while the reader pauses after the first frame of each chunk. */
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

/** All frames of the chunks. */
export function decode(
  chunks: readonly Uint8Array[],
  way: Feed = feed,
  decoder: FrameDecoder = new FrameDecoder({ maxHeaderBytes: 65536, maxPayloadBytes: 1 << 20 }),
): Frame[] {
  const frames: Frame[] = [];
  way(decoder, chunks, (frame) => frames.push(frame));
  return frames;
}

/** The stream in pieces, cut at these places. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

/** The code of the IPCChannelError that comes of it, or "none"; another error is thrown on. */
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
