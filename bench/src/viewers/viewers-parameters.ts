/** What the scripted viewers do. */
export interface ViewersParameters {
  /** Address of the WebSocket. */
  readonly url: string;
  readonly count: number;
  /** The demands of the viewers, in turn. */
  readonly demands: readonly object[];
  /** Measured duration in seconds. */
  readonly seconds: number;
}

/** The result of the scripted viewers. */
export interface ViewersReport {
  readonly type: "report";
  /** Mean rate of the viewers that are not stalled. */
  readonly framesPerSecond: number;
}
