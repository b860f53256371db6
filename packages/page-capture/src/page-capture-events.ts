import type { PageNotice } from "@broadcast-ipc/protocol";

/** The events of a PageCapture, with the arguments of their listeners. */
export interface PageCaptureEvents {
  /** Something went wrong, and the capture continues. Without a listener, a process warning is emitted instead. */
  failure: [error: Error];
  /** The page told the viewers something, such as an open dialog. Emitted with and without a receiver. */
  notice: [notice: PageNotice];
}
