import { BroadcastImageCodec, type CheckedImageSample } from "@broadcast-ipc/image-codec";
import type { VideoFrame } from "@livekit/rtc-node";
import { nativeFrame } from "./native-frame.ts";
import { type FrameSize, paddedSize } from "./padded-size.ts";
import { ReusedMemory } from "./reused-memory.ts";
import { type RawSample, tightPixels } from "./tight-pixels.ts";

/**
 * Makes the frames that the LiveKit library reads. A frame is valid until the next one is prepared, and only one may be
 * prepared at a time.
 *
 * RGB formats, and I420 and NV12 in BT.601 with limited range, are passed on without conversion. The library converts
 * RGB to that colour space and signals none, so viewers assume it. I420 and NV12 in another colour space become RGB,
 * because the codec and the library convert three bytes per pixel faster than four.
 */
export class FramePreparer {
  readonly #codec = new BroadcastImageCodec();
  readonly #decoded = new ReusedMemory();
  readonly #padded = new ReusedMemory();
  readonly #converted = new ReusedMemory();

  /** Returns a promise only if the sample must be decoded or converted. Throws, or rejects, for an invalid sample. */
  prepare(sample: CheckedImageSample): VideoFrame | Promise<VideoFrame> {
    const size = paddedSize(sample);
    if ("encoding" in sample) return this.#decode(sample, size);
    return hasForeignColors(sample) ? this.#convert(sample, size) : this.#frameOf(sample, size);
  }

  #frameOf(sample: RawSample, size: FrameSize): VideoFrame {
    return nativeFrame(sample.format, size, tightPixels(sample, size, this.#padded.take));
  }

  async #decode(sample: Exclude<CheckedImageSample, RawSample>, size: FrameSize): Promise<VideoFrame> {
    const { data, type, ...metadata } = sample;
    // The engines write these formats without a second pass. JPEG has no alpha.
    const format = sample.encoding === "jpeg" ? "RGB" : "RGBA";
    const image = await this.#codec.decode(data, metadata, { format, allocate: this.#decoded.take });
    return this.#frameOf({ type, ...metadata, format, data: image.data }, size);
  }

  async #convert(sample: RawSample, size: FrameSize): Promise<VideoFrame> {
    const isPadded = sample.codedWidth !== size.width || sample.codedHeight !== size.height;
    const { data, ...geometry } = isPadded ? this.#padYuv(sample, size) : sample;
    const image = await this.#codec.decode(data, geometry, { format: "RGB", allocate: this.#converted.take });
    return nativeFrame("RGB", size, image.data);
  }

  /** Pads before the conversion, while a pixel has 1.5 bytes instead of 3. */
  #padYuv(sample: RawSample, size: FrameSize): RawSample {
    const data = tightPixels(sample, size, this.#padded.take);
    const { layout, ...rest } = sample;
    return { ...rest, codedWidth: size.width, codedHeight: size.height, data };
  }
}

/** Whether luma and chroma are not in BT.601 with limited range. The default is BT.709. */
function hasForeignColors({ format, colorSpace }: RawSample): boolean {
  if (format !== "I420" && format !== "NV12") return false;
  const isBt601 = colorSpace?.matrix === "smpte170m" || colorSpace?.matrix === "bt470bg";
  return !isBt601 || colorSpace?.fullRange === true;
}
