import type { VideoDemand } from "@broadcast-ipc/protocol";

/**
 * The events of a {@link LiveKitPublisher}, with the arguments of their listeners. They are emitted in a later tick.
 */
export interface LiveKitPublisherEvents {
  /** A track is published; `sid` is the server's id of the track. */
  publish: [track: { readonly kind: "video" | "audio"; readonly sid: string }];
  /** The demand for video has changed; `null` if nobody watches. */
  demand: [demand: VideoDemand | null];
  /**
   * Something failed, such as one frame or one input, and the publisher continues. Without a listener, a process warning
   * is emitted once for each reason.
   */
  failure: [error: Error];
}
