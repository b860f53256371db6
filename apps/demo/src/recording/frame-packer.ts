import { BroadcastImageCodec, type ImageSample, parseImageMetadata } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { bitmapHeader, isBitmapFormat } from "./bitmap.ts";

/** Formats of the video track. Each frame states its own size, so the size may change; ffmpeg reads both. */
export type FrameCarrier = "jpeg" | "bitmap";

/** JPEG quality for raw frames in a JPEG track: high, because the recording's encoder compresses them again. */
const quality = 95;

/** Converts frames to the format of the track. JPEGs pass unchanged in a JPEG track, raw pixels in a bitmap track. */
export class FramePacker {
  readonly carrier: FrameCarrier;
  readonly #codec = new BroadcastImageCodec({ encoding: "jpeg", quality, chromaSubsampling: "4:4:4" });

  /** @param first Determines the format; later frames are converted to it. */
  constructor(first: ReceivedImageSample) {
    this.carrier = "encoding" in first && first.encoding === "jpeg" ? "jpeg" : "bitmap";
  }

  /** The parts of a packet, which share the sample's memory if possible. Rejects with ImageCodecError. */
  async pack(sample: ReceivedImageSample): Promise<Uint8Array[]> {
    if (this.carrier === "bitmap") return bitmap(await this.#toPixels(sample));
    if ("encoding" in sample && sample.encoding === "jpeg") return [sample.data];
    const { data } = await this.#codec.encode(await this.#toPixels(sample));
    return [data];
  }

  async #toPixels(sample: ReceivedImageSample): Promise<ImageSample> {
    if (!("encoding" in sample) && isBitmapFormat(sample.format) && isTight(sample)) return sample;
    // Gaps between rows are removed by a conversion, which happens only if the format changes.
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
