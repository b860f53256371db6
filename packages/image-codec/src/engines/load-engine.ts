import type JpegTurbo from "@julusian/jpeg-turbo";
import type Sharp from "sharp";
import { ImageCodecError } from "../checks/image-codec-error.ts";
import type { JpegFrame } from "../formats/jpeg-frame.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import type { JpegEngine } from "./jpeg-engine.ts";
import { sharpJpeg } from "./sharp-codec.ts";
import { turboJpeg, turboReads } from "./turbo-jpeg.ts";

/** Imports sharp at the first call. Rejects with `ERR_IMAGE_ENGINE_MISSING` if sharp is not installed. */
export const loadSharp: () => Promise<typeof Sharp> = optionalPackage("sharp", async () => {
  const module = await import("sharp");
  return module.default;
});

const loadJpegTurbo: () => Promise<typeof JpegTurbo> = optionalPackage("@julusian/jpeg-turbo", async () => {
  const module = await import("@julusian/jpeg-turbo");
  return module.default;
});

const loaders: Readonly<Record<JpegEngineName, () => Promise<JpegEngine>>> = {
  sharp: async () => sharpJpeg(await loadSharp()),
  "jpeg-turbo": async () => turboJpeg(await loadJpegTurbo()),
};

let preferred: Promise<JpegEngine> | undefined;

/**
 * Loads the named engine. Without a name, loads jpeg-turbo if it is installed, otherwise sharp. Rejects with
 * `ERR_IMAGE_ENGINE_MISSING` if the engine is not installed.
 */
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
 * Yields the engines that may decode a JPEG, in the order of preference. The first is the chosen engine, or sharp if
 * jpeg-turbo cannot read this JPEG. The second is the other engine, if it is installed and can read this JPEG. Rejects
 * with `ERR_IMAGE_ENGINE_MISSING` if the first engine is not installed.
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

/**
 * Returns a function that imports a package at its first call. After a failed import, the next call imports the package
 * again.
 */
function optionalPackage<T>(name: string, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw engineMissing(name, cause);
    });
    return loading;
  };
}

function engineMissing(name: string, cause: unknown): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_ENGINE_MISSING",
    `Compressing, decompressing or scaling this image needs a package that cannot be imported: npm install ${name}`,
    { cause },
  );
}
