import type { Allocate } from "./allocate.ts";
import type { JpegEngineName, JpegOptions } from "./image-codec-options.ts";
import type { JpegFrame } from "./jpeg-frame.ts";
import { loadJpegTurbo } from "./load-jpeg-turbo.ts";
import { loadSharp } from "./load-sharp.ts";
import { engineMissing } from "./optional-package.ts";
import type { CodedSize, PixelGeometry } from "./picture-planes.ts";
import type { RgbFormat } from "./pixel-format.ts";
import { sharpJpeg } from "./sharp-jpeg.ts";
import { turboJpeg, turboReads } from "./turbo-jpeg.ts";

/** Makes JPEGs of pictures that hold every row, and pictures of JPEGs whose header was checked. */
export interface JpegEngine {
  readonly name: JpegEngineName;
  /** Alpha is ignored. Gives exactly sized memory of its own; rejects with the engine's reason. */
  encode(data: Uint8Array, geometry: PixelGeometry, options: JpegOptions): Promise<Uint8Array>;
  /** The size is that in the JPEG's own header. Gives tight rows in exactly sized memory of their own; rejects with the engine's reason. */
  decode(data: Uint8Array, size: CodedSize, target: PixelTarget): Promise<DecodedPixels>;
}

/** What an engine made of a compressed picture. */
export interface DecodedPixels {
  readonly data: Uint8Array;
  /** Whether the engine warned meanwhile, maybe about another picture, and made these pixels all the same. */
  readonly isWarned: boolean;
}

/** What to make of a compressed picture, and where; by default in new memory. */
export interface PixelTarget {
  readonly format: RgbFormat;
  readonly allocate?: Allocate | undefined;
}

const loaders: Readonly<Record<JpegEngineName, () => Promise<JpegEngine>>> = {
  sharp: async () => sharpJpeg(await loadSharp()),
  "jpeg-turbo": async () => turboJpeg(await loadJpegTurbo()),
};

let preferred: Promise<JpegEngine> | undefined;

/** The engine of that name, or else the fastest one installed; rejects with `ERR_IMAGE_ENGINE_MISSING`. */
export function loadJpegEngine(name: JpegEngineName | undefined): Promise<JpegEngine> {
  if (name) return loaders[name]();
  preferred ??= loaders["jpeg-turbo"]()
    .catch(() => loaders.sharp())
    .catch((error: Error) => {
      preferred = undefined;
      throw engineMissing("@julusian/jpeg-turbo (or sharp)", error.cause);
    });
  return preferred;
}

/**
 * The engines to ask for the pixels of such a JPEG, one after the other: the chosen one, unless it is known not to read
 * it, and then another one that is installed. Rejects with `ERR_IMAGE_ENGINE_MISSING` where the first one is not installed.
 */
export async function* jpegReaders(
  frame: JpegFrame,
  name: JpegEngineName | undefined,
): AsyncGenerator<JpegEngine> {
  const mayTurbo = turboReads(frame);
  const first = await loadJpegEngine(mayTurbo ? name : "sharp");
  yield first;
  if (!mayTurbo) return;
  const other = await loaders[first.name === "sharp" ? "jpeg-turbo" : "sharp"]().catch(() => undefined);
  if (other) yield other;
}
