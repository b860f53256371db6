import { BroadcastImageCodec, type ImageSample, parseImageMetadata } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { bitmapHeader, isBitmapFormat } from "./bitmap.ts";

/** Format of the video track. Both formats store the size in each frame, so the size can change. */
export type FrameCarrier = "jpeg" | "bitmap";

/** JPEG quality for raw frames in a JPEG track. The quality is high, because ffmpeg compresses the frames again. */
const quality = 95;

/**
 * Converts frames to the format of the track. A JPEG track stores JPEG frames unchanged. A bitmap track stores raw
 * pixels.
 */
export class FramePacker {
  readonly carrier: FrameCarrier;
  readonly #codec = new BroadcastImageCodec({ encoding: "jpeg", quality, chromaSubsampling: "4:4:4" });

  /** @param first Determines the format of the track. Later frames are converted to this format. */
  constructor(first: ReceivedImageSample) {
    this.carrier = "encoding" in first && first.encoding === "jpeg" ? "jpeg" : "bitmap";
  }

  /** Returns the parts of a packet, which may share the sample's memory. Rejects with ImageCodecError. */
  async pack(sample: ReceivedImageSample): Promise<Uint8Array[]> {
    if (this.carrier === "bitmap") return bitmap(await this.#toPixels(sample));
    if ("encoding" in sample && sample.encoding === "jpeg") return [sample.data];
    const { data } = await this.#codec.encode(await this.#toPixels(sample));
    return [data];
  }

  async #toPixels(sample: ReceivedImageSample): Promise<ImageSample> {
    if (!("encoding" in sample) && isBitmapFormat(sample.format) && isTight(sample)) return sample;
    // decode() removes gaps between rows only when it converts, so the target format must differ from the current one.
    const format = "format" in sample && sample.format === "BGRX" ? "RGBX" : "BGRX";
    return this.#codec.decode(sample.data, parseImageMetadata(sample), { format });
  }
}

function bitmap({ format, codedWidth, codedHeight, data, layout }: ImageSample): Uint8Array[] {
  if (!isBitmapFormat(format)) throw new TypeError(`a bitmap cannot hold ${format}`);
  const begin = layout?.[0]?.offset ?? 0;
  const pixels = data.subarray(begin, begin + codedWidth * codedHeight * 4);
  return [bitmapHeader(format, codedWidth, codedHeight), pixels];
}

function isTight({ codedWidth, layout }: ImageSample): boolean {
  return (layout?.[0]?.stride ?? codedWidth * 4) === codedWidth * 4;
}
