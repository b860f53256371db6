import type { VideoDemand } from "@broadcast-ipc/protocol";

/**
 * The events of a {@link LiveKitPublisher}.
 *
 * | event | arguments | emitted when |
 * | --- | --- | --- |
 * | `"publish"` | `{ kind, sid }` | a track is published: `kind` is `"video"` or `"audio"`, `sid` is the server's id |
 * | `"demand"` | `VideoDemand` or `null` | the demand for video has changed; `null` if nobody watches |
 * | `"failure"` | `Error` | something failed, such as one frame or one input; the publisher continues |
 *
 * The events are emitted in a later tick. Without a listener for `"failure"`, a process warning is emitted once for each
 * reason.
 */
export interface LiveKitPublisherEvents {
  publish: [track: { readonly kind: "video" | "audio"; readonly sid: string }];
  demand: [demand: VideoDemand | null];
  failure: [error: Error];
}
