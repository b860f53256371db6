/** A captured frame. Disposing it gives its memory back to the source. */
export interface CapturedFrame extends Disposable {
  readonly data: Uint8Array<ArrayBuffer>;
  /** Time at which the whole frame was in this process, in µs of `now()`. */
  readonly timestamp: number;
}

/** Captures frames of the size and rate in `screen-size.ts`. */
export interface FrameSource {
  /** Process id of the program that captures, if it is not this process. */
  readonly programPid: number | undefined;
  /** Calls `onFrame` with each frame. */
  start(onFrame: (frame: CapturedFrame) => void): void;
}
