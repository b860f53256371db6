import type JpegTurbo from "@julusian/jpeg-turbo";
import type Sharp from "sharp";
import { ImageCodecError } from "../checks/image-codec-error.ts";

/**
 * Imports an optional peer dependency when it is first needed, and says what to install where it is not there.
 * The result rejects with `ERR_IMAGE_ENGINE_MISSING`; the next call then tries again.
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

/** The error for pictures that need a package which is not there. */
export function engineMissing(name: string, cause: unknown): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_ENGINE_MISSING",
    `Compressing, decompressing or scaling this picture needs a package that cannot be imported: npm install ${name}`,
    { cause },
  );
}

/** Imports sharp when a picture first needs it: raw pictures must do without it. */
export const loadSharp: () => Promise<typeof Sharp> = optionalPackage("sharp", async () => {
  const module = await import("sharp");
  return module.default;
});

/** Imports the binding of libjpeg-turbo when a picture first needs it. */
export const loadJpegTurbo: () => Promise<typeof JpegTurbo> = optionalPackage(
  "@julusian/jpeg-turbo",
  async () => {
    const module = await import("@julusian/jpeg-turbo");
    return module.default;
  },
);
