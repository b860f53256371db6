import type { Readable } from "node:stream";

/**
 * Copies a stream into buffers that `take` returns, and yields each buffer when it is full. An incomplete buffer at the
 * end is dropped. The stream is not read while the consumer processes a buffer. A stream error ends the iteration and
 * is not thrown.
 */
export async function* wholeBuffers(stream: Readable, take: () => Uint8Array): AsyncGenerator<Uint8Array> {
  let buffer = take();
  let filled = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (let offset = 0; offset < chunk.length; ) {
        const part = chunk.subarray(offset, offset + buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        offset += part.length;
        if (filled < buffer.length) continue;
        yield buffer;
        buffer = take();
        filled = 0;
      }
    }
  } catch {
    // The error is ignored, because the exit of the process that writes the stream reports the reason.
  }
}
