import type { Readable } from "node:stream";

/** Reads all bytes that have arrived at a stream. Since Node 26, one `read()` returns at most one chunk. */
export function readArrived(stream: Readable): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
