/** Stable identifier of what went wrong. */
export type ImageCodecErrorCode =
  | "ERR_IMAGE_INVALID_OPTIONS"
  | "ERR_IMAGE_INVALID_SAMPLE"
  | "ERR_IMAGE_INVALID_METADATA"
  | "ERR_IMAGE_DATA_TOO_SHORT"
  | "ERR_IMAGE_SIZE_MISMATCH"
  | "ERR_IMAGE_MISSING_BASE"
  | "ERR_IMAGE_UNDECODABLE"
  | "ERR_IMAGE_ENCODE_FAILED"
  | "ERR_IMAGE_ENGINE_MISSING"
  | "ERR_IMAGE_NO_WEBASSEMBLY";

/** The only class of errors that this package throws. `cause` is set when the error wraps another one. */
export class ImageCodecError extends Error {
  override readonly name = "ImageCodecError";
  /** Stays the same between versions; messages may change. */
  readonly code: ImageCodecErrorCode;

  constructor(code: ImageCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
