import type { ImageSample } from "@broadcast-ipc/image-codec";

/** Memory for the pixels of one frame, which the uploader may send without a copy. Whoever owns it disposes it once. */
export type FrameMemory = Uint8Array<ArrayBuffer> & Disposable;

/** Returns the fields of a sample that has its pixels in `memory`. Disposing the sample disposes the memory. */
export function sampleIn(memory: FrameMemory): Pick<ImageSample, "data"> & Disposable {
  return { data: memory, [Symbol.dispose]: () => memory[Symbol.dispose]() };
}
