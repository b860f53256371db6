/** Why a {@link LiveKitPublisher} has ended. */
export interface EndReason {
  /**
   * `"source"`: the receiver, or the sequence of receivers, has ended. `"room"`: the room is lost, or the server has
   * rejected the video track. `"close"`: `close()` was called.
   */
  readonly by: "source" | "room" | "close";
  /**
   * Identifies the reason. For `"source"`, the code with which the connection or the sequence of receivers has ended. For
   * `"room"`, a code of `LiveKitPublisherError`. For `"close"`, `"closed"`.
   */
  readonly code: string;
  /** The reason as a sentence for the user. */
  readonly message: string;
}
