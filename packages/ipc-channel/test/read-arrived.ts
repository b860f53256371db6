import type { Readable } from "node:stream";

/** All bytes that have arrived at a stream; from Node 26 on, one `read()` gives no more than one chunk of them. */
export function readArrived(stream: Readable): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
