export type { CapturablePage } from "./browser/open-target.ts";
export type { CDPSessionLike } from "./browser/page-target.ts";
export { PageCaptureError, type PageCaptureErrorCode } from "./page-capture-error.ts";
