import type { Readable } from "node:stream";

/**
 * Cuts a stream into buffers of a known length, which `take` provides; what is left at its end is dropped. While the
 * consumer is busy, nothing more is read. It ends without an error where the stream breaks off.
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
    // Whoever wrote to it ended, which its process tells.
  }
}
