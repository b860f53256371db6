import type { SourceSample } from "@broadcast-ipc/receiver/sink";
import type { Refusal } from "./access/admission.ts";
import type { Viewer } from "./viewers/viewer.ts";

/**
 * The events of a `LiveView`.
 *
 * | event | argument | emitted when |
 * | --- | --- | --- |
 * | `"viewer"` | `Viewer` | a viewer has connected |
 * | `"leave"` | `Viewer` | a viewer has left, or was cut off |
 * | `"control"` | `{ viewer, previous }` | a viewer took control, or gave it back (`viewer` is then `undefined`) |
 * | `"controlrequest"` | `Viewer` | a viewer waits for the control that another viewer has |
 * | `"message"` | `{ viewer, name, data }` | a viewer has sent a message for the host program. The data is not checked |
 * | `"frame"` | the frame | a frame has arrived. Do not change or dispose it |
 * | `"refused"` | `{ request, status, reason }` | a request was refused, or a viewer was turned away |
 * | `"failure"` | `Error` | something failed, such as encoding a frame; the view continues |
 *
 * Without a listener of "refused" or "failure", a process warning is emitted once for each reason.
 */
export interface LiveViewEvents {
  viewer: [viewer: Viewer];
  leave: [viewer: Viewer];
  control: [change: { readonly viewer: Viewer | undefined; readonly previous: Viewer | undefined }];
  controlrequest: [viewer: Viewer];
  message: [message: { readonly viewer: Viewer; readonly name: string; readonly data: unknown }];
  frame: [frame: SourceSample];
  refused: [refusal: Refusal];
  failure: [error: Error];
}
