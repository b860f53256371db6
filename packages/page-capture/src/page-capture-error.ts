/** Code of a {@link PageCaptureError}. */
export type PageCaptureErrorCode =
  | "ERR_CAPTURE_UNKNOWN_PAGE"
  | "ERR_CAPTURE_NO_CDP"
  | "ERR_CAPTURE_PAGE_CLOSED"
  | "ERR_CAPTURE_PAGE_CRASHED"
  | "ERR_CAPTURE_NOT_RESPONDING"
  | "ERR_CAPTURE_BLURRED"
  | "ERR_CAPTURE_TOO_MANY_POPUPS";

/** The error that this package throws. `cause` is the underlying error, if there is one. */
export class PageCaptureError extends Error {
  override readonly name = "PageCaptureError";
  /** Identifies the kind of error. Codes do not change between versions; messages may. */
  readonly code: PageCaptureErrorCode;

  constructor(code: PageCaptureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
