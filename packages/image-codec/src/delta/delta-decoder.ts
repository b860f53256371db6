import { ImageCodecError } from "../checks/image-codec-error.ts";
import { allocateExactBytes } from "../memory/allocate.ts";
import type { ImageDecodeOptions, JpegEngineName } from "../options/image-codec-options.ts";
import { convertedMetadata, convertImage } from "../pixels/convert-image.ts";
import { copyPixels, regionGeometry } from "../pixels/image-rows.ts";
import type { DeltaImageMetadata, DeltaRegion } from "../sample/delta-metadata.ts";
import type { RawImageMetadata } from "../sample/image-metadata.ts";
import type { ImageSample } from "../sample/image-sample.ts";
import { isYuvFormat, type PixelFormat } from "../sample/pixel-format.ts";
import { decodeRegion, settleAll } from "./region-codec.ts";

/** The last decoded image, which the next delta changes. */
interface KeptImage {
  readonly number: number;
  readonly format: PixelFormat;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly data: Uint8Array;
}

/** Decodes one stream of deltas. Each delta holds the changes from the previous image, or a key frame. */
export class DeltaDecoder {
  readonly #engine: JpegEngineName | undefined;
  #kept: KeptImage | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine?: JpegEngineName) {
    this.#engine = engine;
  }

  /**
   * Decodes a delta to the complete image and its `damage`. The caller owns the returned memory. Calls may overlap;
   * deltas are applied in the order of the calls. After a failure, deltas with a base reject with
   * `ERR_IMAGE_MISSING_BASE` until a key frame is decoded.
   */
  decode(
    data: Uint8Array,
    metadata: DeltaImageMetadata,
    options: ImageDecodeOptions = {},
  ): Promise<ImageSample> {
    const decoded = this.#last.then(async () => {
      const base = this.#kept;
      this.#kept = undefined;
      this.#kept = await nextImage(base, data, metadata, { wanted: options.format, engine: this.#engine });
      return sampleOf(this.#kept, metadata, options);
    });
    this.#last = decoded.catch(() => {});
    return decoded;
  }
}

async function nextImage(
  base: KeptImage | undefined,
  data: Uint8Array,
  metadata: DeltaImageMetadata,
  {
    wanted,
    engine,
  }: { readonly wanted: PixelFormat | undefined; readonly engine: JpegEngineName | undefined },
): Promise<KeptImage> {
  const { codedWidth, codedHeight, delta } = metadata;
  const parts = split(data, delta.regions);
  if (delta.base === undefined) {
    const format = metadata.format ?? (wanted === undefined || isYuvFormat(wanted) ? "RGBA" : wanted);
    const size = { width: codedWidth, height: codedHeight };
    const pixels = await decodeRegion(parts[0] ?? data, size, delta.coding, {
      format,
      engine,
      // The memory of the previous image can be reused, because no caller has a reference to it.
      allocate: (length) => (base?.data.byteLength === length ? base.data : allocateExactBytes(length)),
    });
    return { number: delta.number, format, codedWidth, codedHeight, data: pixels };
  }
  if (!base || !isBase(base, metadata)) {
    throw new ImageCodecError(
      "ERR_IMAGE_MISSING_BASE",
      `This delta is based on image number ${delta.base}, which this codec has not decoded`,
    );
  }
  const decoded = await settleAll(
    delta.regions.map((region, index) =>
      decodeRegion(parts[index] ?? data, region, delta.coding, { format: base.format, engine }).catch(
        inRegion(index),
      ),
    ),
  );
  for (const [index, pixels] of decoded.entries()) {
    const region = delta.regions[index] as DeltaRegion;
    const tight = { format: base.format, codedWidth: region.width, codedHeight: region.height };
    copyPixels(pixels, tight, base.data, regionGeometry(base, region));
  }
  return { ...base, number: delta.number };
}

/** Adds the index of the region to the message of an error. */
function inRegion(index: number): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ImageCodecError)) throw error;
    const { code, message, cause } = error;
    throw new ImageCodecError(code, `Region ${index}: ${message}`, { cause });
  };
}

/** Whether the kept image is the base of the delta. */
function isBase(kept: KeptImage, { codedWidth, codedHeight, format, delta }: DeltaImageMetadata): boolean {
  return (
    kept.number === delta.base &&
    kept.codedWidth === codedWidth &&
    kept.codedHeight === codedHeight &&
    (format === undefined || kept.format === format)
  );
}

function split(data: Uint8Array, regions: readonly DeltaRegion[]): Uint8Array[] {
  const needed = regions.reduce((sum, { bytes }) => sum + bytes, 0);
  if (data.byteLength !== needed) {
    throw new ImageCodecError(
      data.byteLength < needed ? "ERR_IMAGE_DATA_TOO_SHORT" : "ERR_IMAGE_SIZE_MISMATCH",
      `The regions need ${needed} bytes of data, got ${data.byteLength}`,
    );
  }
  let end = 0;
  return regions.map(({ bytes }) => {
    end += bytes;
    return data.subarray(end - bytes, end);
  });
}

function sampleOf(
  kept: KeptImage,
  metadata: DeltaImageMetadata,
  { format: wanted, allocate }: ImageDecodeOptions,
): ImageSample {
  const { encoding, delta, ...rest } = metadata;
  const image: RawImageMetadata = { ...rest, format: kept.format };
  const format = wanted ?? kept.format;
  const pixels = convertImage(kept.data, image, format, allocate);
  const damage = delta.regions.map(({ bytes, ...region }) => region);
  const fields = format === kept.format ? image : convertedMetadata(image, format);
  return { type: "image", ...fields, data: pixels, ...(delta.base !== undefined && { damage }) };
}
