import type { JpegFrame } from "../jpeg/jpeg-frame.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import type { JpegEngine } from "./jpeg-engine.ts";
import { engineMissing, loadJpegTurbo, loadSharp } from "./optional-package.ts";
import { sharpJpeg } from "./sharp-codec.ts";
import { turboJpeg, turboReads } from "./turbo-jpeg.ts";

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
