import { isUint8Array } from "node:util/types";
import {
  BroadcastImageCodec,
  type ImageMetadata,
  type ImageSample,
  parseImageMetadata,
} from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { type BitmapFormat, bitmapHeader, isBitmapFormat, requireBitmapSize } from "./bitmap.ts";
import { PixelMemory } from "./pixel-memory.ts";
import { plainJpegParts } from "./plain-jpeg.ts";
import { rotatePixels, uprightSize } from "./rotate-pixels.ts";

/** Format of the video track. Both formats store the size in each frame, so the size can change. */
export type FrameCarrier = "jpeg" | "bitmap";

/** JPEG quality for other frames in a JPEG track. The quality is high, because ffmpeg compresses the frames again. */
const quality = 95;

/** Tightly packed, upright pixels. */
interface UprightPixels {
  readonly format: BitmapFormat;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** The memory of `data`, if it is not the memory of the sample. */
  readonly memory?: Uint8Array | undefined;
}

/**
 * Converts frames to packets of the track that ffmpeg decodes to upright frames. A JPEG track stores plain JPEG frames
 * unchanged, except for their application segments, and encodes other frames again. A bitmap track stores raw pixels.
 * Rotation is applied to the pixels, and EXIF orientation is ignored.
 */
export class FramePacker {
  readonly carrier: FrameCarrier;
  readonly #codec = new BroadcastImageCodec({ encoding: "jpeg", quality, chromaSubsampling: "4:4:4" });
  readonly #memory = new PixelMemory();
  readonly #memoryOf = new WeakMap<readonly Uint8Array[], Uint8Array>();

  /**
   * @param first Determines the format of the track, to which later frames are converted. The track is a JPEG track if
   *   this frame can be stored unchanged.
   */
  constructor(first: ReceivedImageSample) {
    this.carrier = unchanged(first) ? "jpeg" : "bitmap";
  }

  /**
   * Returns the parts of a packet, which may share the sample's memory. Rejects with ImageCodecError if the frame is
   * invalid, cannot be decoded, or is too large for a bitmap of a bitmap track.
   */
  async pack(sample: ReceivedImageSample): Promise<Uint8Array[]> {
    const metadata = metadataOf(sample);
    const parts = this.carrier === "jpeg" ? unchanged(sample) : undefined;
    if (parts) return parts;
    if (this.carrier === "bitmap") requireBitmapSize(metadata.codedWidth, metadata.codedHeight);
    const pixels = await this.#upright(sample.data, metadata);
    if (this.carrier === "jpeg") return [await this.#encode(pixels)];
    const { format, width, height, data, memory } = pixels;
    const packet = [bitmapHeader(format, width, height), data];
    if (memory) this.#memoryOf.set(packet, memory);
    return packet;
  }

  /**
   * Accepts a packet of {@link pack} that is no longer used, so that later packets reuse its memory. Optional: the
   * memory of other packets is left to garbage collection.
   */
  release(packet: readonly Uint8Array[]): void {
    const memory = this.#memoryOf.get(packet);
    if (!memory) return;
    this.#memoryOf.delete(packet);
    this.#memory.give(memory);
  }

  async #encode({ format, width, height, data, memory }: UprightPixels): Promise<Uint8Array> {
    const size = { codedWidth: width, codedHeight: height };
    try {
      return (await this.#codec.encode({ type: "image", format, ...size, data, timestamp: 0 })).data;
    } finally {
      if (memory) this.#memory.give(memory);
    }
  }

  async #upright(data: Uint8Array, metadata: ImageMetadata): Promise<UprightPixels> {
    // Without a format, decode() checks raw frames and returns them unchanged.
    const image = "format" in metadata ? await this.#codec.decode(data, metadata) : undefined;
    if (image && isBitmapFormat(image.format)) {
      const { format, codedWidth, codedHeight, rotation = 0 } = image;
      const begin = image.layout?.[0]?.offset ?? 0;
      const stride = image.layout?.[0]?.stride ?? codedWidth * 4;
      if (rotation === 0 && stride === codedWidth * 4) {
        const pixels = data.subarray(begin, begin + codedWidth * codedHeight * 4);
        return { format, width: codedWidth, height: codedHeight, data: pixels };
      }
      if ((data.byteOffset + begin) % 4 === 0 && stride % 4 === 0) return this.#rotate(image, format);
    }
    return this.#decode(data, metadata);
  }

  async #decode(data: Uint8Array, metadata: ImageMetadata): Promise<UprightPixels> {
    // decode() packs the rows only when it converts, so the target format must differ from the current one.
    const format = "format" in metadata && metadata.format === "BGRX" ? "RGBX" : "BGRX";
    let memory: Uint8Array | undefined;
    const allocate = (byteLength: number) => {
      memory = this.#memory.take(byteLength);
      return memory;
    };
    try {
      const image = await this.#codec.decode(data, metadata, { format, allocate });
      if (metadata.rotation) return this.#rotate(image, format);
      const decoded = { format, ...uprightSize(metadata), data: image.data, memory } as const;
      memory = undefined;
      return decoded;
    } finally {
      if (memory) this.#memory.give(memory);
    }
  }

  /** Rotates pixels whose rows start at multiples of four bytes. */
  #rotate(image: ImageSample, format: BitmapFormat): UprightPixels {
    const { codedWidth, codedHeight, rotation = 0, data, layout } = image;
    const { offset, stride } = layout?.[0] ?? { offset: 0, stride: codedWidth * 4 };
    const length = (stride / 4) * (codedHeight - 1) + codedWidth;
    const pixels = new Uint32Array(data.buffer, data.byteOffset + offset, length);
    const memory = this.#memory.take(codedWidth * codedHeight * 4);
    const rows = { pixels, width: codedWidth, height: codedHeight, stride: stride / 4 };
    rotatePixels(rows, rotation, new Uint32Array(memory.buffer));
    return { format, ...uprightSize(image), data: memory, memory };
  }
}

/** Checks the fields of a sample, but not its timestamp, which does not belong to the packet. */
function metadataOf(sample: ReceivedImageSample): ImageMetadata {
  const { codedWidth, codedHeight, rotation } = sample;
  const fields = { codedWidth, codedHeight, rotation, timestamp: 0 };
  if ("encoding" in sample) return parseImageMetadata({ ...fields, encoding: sample.encoding });
  const { format, layout, colorSpace } = sample;
  return parseImageMetadata({ ...fields, format, layout, colorSpace });
}

/** Returns the parts of a JPEG that ffmpeg can decode as it is, or `undefined` if the frame must be converted. */
function unchanged(sample: ReceivedImageSample): Uint8Array[] | undefined {
  if (!("encoding" in sample) || sample.encoding !== "jpeg" || (sample.rotation ?? 0) !== 0) return undefined;
  return isUint8Array(sample.data) ? plainJpegParts(sample.data, sample) : undefined;
}
