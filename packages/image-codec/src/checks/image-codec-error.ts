/** Code of an {@link ImageCodecError}. */
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

/** The error that this package throws. `cause` is the underlying error, if there is one. */
export class ImageCodecError extends Error {
  override readonly name = "ImageCodecError";
  /** Identifies the kind of error. Codes do not change between versions; messages may. */
  readonly code: ImageCodecErrorCode;

  constructor(code: ImageCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
