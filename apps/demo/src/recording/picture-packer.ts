import { BroadcastImageCodec, type ImageSample, parseImageMetadata } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { bitmapHeader, isBitmapFormat } from "./bitmap.ts";

/** How pictures are carried: both tell their own size, so that it may change, and ffmpeg reads both. */
export type PictureCarrier = "jpeg" | "bitmap";

/** Of a raw picture that has to become a JPEG: hardly anything is to be lost before the recording's own encoder. */
const quality = 95;

/** Makes of each picture what its track carries, whatever it was: JPEGs stay as they are in a track of JPEGs, pixels in one of bitmaps. */
export class PicturePacker {
  readonly carrier: PictureCarrier;
  readonly #codec = new BroadcastImageCodec({ encoding: "jpeg", quality, chromaSubsampling: "4:4:4" });

  /** @param first Decides on the carrier; what comes later is converted if it has to be. */
  constructor(first: ReceivedImageSample) {
    this.carrier = "encoding" in first && first.encoding === "jpeg" ? "jpeg" : "bitmap";
  }

  /** The parts of a packet, which share the sample's memory where they can. Rejects with ImageCodecError. */
  async pack(sample: ReceivedImageSample): Promise<Uint8Array[]> {
    if (this.carrier === "bitmap") return bitmap(await this.#toPixels(sample));
    if ("encoding" in sample && sample.encoding === "jpeg") return [sample.data];
    const { data } = await this.#codec.encode(await this.#toPixels(sample));
    return [data];
  }

  async #toPixels(sample: ReceivedImageSample): Promise<ImageSample> {
    if (!("encoding" in sample) && isBitmapFormat(sample.format) && isTight(sample)) return sample;
    // Rows with gaps between them are moved together only where the format changes as well.
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
