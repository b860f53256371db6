import type { SourceSample } from "@broadcast-ipc/receiver/sink";
import type { Refusal } from "./access/admission.ts";
import type { Viewer } from "./viewers/viewer.ts";

/**
 * The events of a `LiveView`, with the arguments of their listeners. Without a listener of "refused" or "failure", a
 * process warning is emitted once for each reason.
 */
export interface LiveViewEvents {
  /** A viewer has connected. */
  viewer: [viewer: Viewer];
  /** A viewer has left, or was cut off. */
  leave: [viewer: Viewer];
  /** A viewer took control, or gave it back; `viewer` is then `undefined`. */
  control: [change: { readonly viewer: Viewer | undefined; readonly previous: Viewer | undefined }];
  /** A viewer waits for the control that another viewer has. */
  controlrequest: [viewer: Viewer];
  /** A viewer has sent a message for the host program. The data is not checked. */
  message: [message: { readonly viewer: Viewer; readonly name: string; readonly data: unknown }];
  /**
   * A frame has arrived. Its data may be read until the listener returns. Do not change or dispose it. Use
   * `LiveView.readNewest` to read a frame for longer.
   */
  frame: [frame: SourceSample];
  /** A request was refused, or a viewer was turned away. */
  refused: [refusal: Refusal];
  /** Something failed, such as encoding a frame, and the view continues. */
  failure: [error: Error];
}
