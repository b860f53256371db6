import type Sharp from "sharp";
import { ImageCodecError } from "./image-codec-error.ts";

let loading: Promise<typeof Sharp> | undefined;

/**
 * Imports sharp when the first JPEG needs it: it is optional, and raw pictures must do without it.
 * Rejects with `ERR_IMAGE_ENGINE_MISSING`; the next call then tries again.
 */
export function loadSharp(): Promise<typeof Sharp> {
  loading ??= import("sharp").then(
    (module) => module.default,
    (cause: unknown) => {
      loading = undefined;
      throw new ImageCodecError(
        "ERR_IMAGE_ENGINE_MISSING",
        "Compressing and decompressing pictures needs the sharp package: npm install sharp",
        { cause },
      );
    },
  );
  return loading;
}
