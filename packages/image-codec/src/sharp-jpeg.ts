import type Sharp from "sharp";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { encodeWithSharp } from "./encode-with-sharp.ts";
import type { JpegEngine } from "./jpeg-engine.ts";

/** JPEG by sharp, tuned for video. */
export function sharpJpeg(sharp: typeof Sharp): JpegEngine {
  return {
    name: "sharp",
    encode: (data, geometry, options) =>
      encodeWithSharp(sharp, data, geometry, { ...options, encoding: "jpeg" }),
    decode: (data, size, target) => decodeWithSharp(sharp, data, size, target),
  };
}
