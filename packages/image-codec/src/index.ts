export { BroadcastImageCodec, type EncodedImage } from "./broadcast-image-codec.ts";
export { ImageCodecError, type ImageCodecErrorCode } from "./checks/image-codec-error.ts";
export { type JpegHeader, readJpegHeader } from "./formats/jpeg-frame.ts";
export type {
  CodecEncoding,
  ImageCodecOptions,
  ImageDecodeOptions,
  ImageEncodeOptions,
  JpegEngineName,
} from "./options/image-codec-options.ts";
export { type CheckedImageSample, checkImageSample } from "./sample/checked-image-sample.ts";
export type { ImageColorSpace } from "./sample/color-space.ts";
export type {
  DeltaCoding,
  DeltaDescription,
  DeltaImageMetadata,
  DeltaRegion,
} from "./sample/delta-metadata.ts";
export {
  type EncodedImageMetadata,
  type ImageMetadata,
  parseImageMetadata,
  type RawImageMetadata,
} from "./sample/image-metadata.ts";
export type {
  EncodedImageSample,
  ImageEncoding,
  ImageRegion,
  ImageSample,
  PlaneLayout,
  Rotation,
} from "./sample/image-sample.ts";
export {
  bytesPerPixel,
  type PixelFormat,
  pixelFormats,
  type RgbFormat,
  type YuvFormat,
} from "./sample/pixel-format.ts";
