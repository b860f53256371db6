/** Counters of a `LiveView` since its start. */
export interface LiveViewStats {
  /** Number of viewers now. */
  readonly viewers: number;
  /** Video frames. */
  readonly frames: {
    /** Frames that arrived from the source. */
    readonly received: number;
    /** Frames that were sent, summed over all viewers. */
    readonly sent: number;
  };
  /** Number of encodings. Viewers that want the same share one. Frames that are sent as they came are not counted. */
  readonly encodes: number;
  /** Bytes that were passed to the viewers' sockets. */
  readonly bytes: number;
  /** Inputs of the viewers. */
  readonly inputs: {
    /** Inputs that were sent to the source, after merging. */
    readonly sent: number;
    /** Inputs that were dropped because too much waited, or because there was no source. */
    readonly dropped: number;
    /** Inputs of viewers without control. */
    readonly refused: number;
  };
  /** Requests that were refused, and viewers that were turned away. */
  readonly refused: number;
}
