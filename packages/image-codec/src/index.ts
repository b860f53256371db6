export { BroadcastImageCodec, type EncodedImage } from "./broadcast-image-codec.ts";
export { type CheckedImageSample, checkImageSample } from "./check-image-sample.ts";
export type { ImageColorSpace } from "./color-space.ts";
export type { DeltaCoding, DeltaDescription, DeltaRegion } from "./delta-description.ts";
export type { DeltaImageMetadata } from "./delta-metadata.ts";
export { ImageCodecError, type ImageCodecErrorCode } from "./image-codec-error.ts";
export type { CodecEncoding, ImageCodecOptions, JpegEngineName } from "./image-codec-options.ts";
export type { ImageDecodeOptions } from "./image-decode-options.ts";
export type { ImageEncodeOptions } from "./image-encode-options.ts";
export {
  type EncodedImageMetadata,
  type ImageMetadata,
  parseImageMetadata,
  type RawImageMetadata,
} from "./image-metadata.ts";
export type { ImageRegion } from "./image-region.ts";
export type {
  EncodedImageSample,
  ImageEncoding,
  ImageSample,
  PlaneLayout,
  Rotation,
} from "./image-sample.ts";
export { type JpegHeader, readJpegHeader } from "./jpeg-header.ts";
export {
  bytesPerPixel,
  type PixelFormat,
  pixelFormats,
  type RgbFormat,
  type YuvFormat,
} from "./pixel-format.ts";
