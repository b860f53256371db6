export type {
  EncodedImageSample,
  ImageEncoding,
  ImageSample,
  PlaneLayout,
  Rotation,
} from "./image-sample.ts";
export { bytesPerPixel, type PixelFormat } from "./pixel-format.ts";
