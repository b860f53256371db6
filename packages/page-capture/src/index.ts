export type { CapturablePage } from "./browser/open-target.ts";
export type { CaptureTarget, CaptureTargetEvent } from "./capture-target.ts";
export { PageCapture } from "./page-capture.ts";
export type { PageCaptureEnd } from "./page-capture-end.ts";
export { PageCaptureError, type PageCaptureErrorCode } from "./page-capture-error.ts";
export type { PageCaptureEvents } from "./page-capture-events.ts";
export type { PageCaptureOptions } from "./page-capture-options.ts";
export type { PageCaptureStats } from "./page-capture-stats.ts";
