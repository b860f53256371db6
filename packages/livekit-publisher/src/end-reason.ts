/** Why a {@link LiveKitPublisher} has ended. */
export interface EndReason {
  /**
   * `"source"`: the receiver, or the sequence of receivers, has ended. `"room"`: the room is lost, or does not take the
   * video. `"close"`: `close()` was called.
   */
  readonly by: "source" | "room" | "close";
  /** Identifies the reason: a code of `LiveKitPublisherError`, of the channel's error, or `"closed"`. */
  readonly code: string;
  /** The reason as a sentence for people. */
  readonly message: string;
}
