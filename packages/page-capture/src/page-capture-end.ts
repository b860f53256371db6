/** How a capture ended. */
export interface PageCaptureEnd {
  /**
   * - `"stopped"`: `stop()` was called, or the signal was aborted.
   * - `"closed"`: The page or its browser was closed.
   * - `"crashed"`: The page crashed, and the option `reloadAfterCrash` is off or the page crashes again and again.
   * - `"uploader-closed"`: The uploader has ended.
   */
  readonly reason: "stopped" | "closed" | "crashed" | "uploader-closed";
  /** What went wrong. For a crash, the code is ERR_CAPTURE_PAGE_CRASHED. */
  readonly error?: Error;
}
