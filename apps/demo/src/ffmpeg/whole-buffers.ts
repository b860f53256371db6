import type { Readable } from "node:stream";

/**
 * Cuts a stream into buffers of the length that `take` provides. An incomplete buffer at the end is dropped. Nothing is
 * read while the consumer is busy. Ends without an error if the stream breaks off.
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
    // The exit of the writing process reports the reason.
  }
}
