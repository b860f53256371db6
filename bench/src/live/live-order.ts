/** The order of a capture process and its consumer. */
export interface LiveOrder {
  readonly lane: string;
  readonly path: string;
  /** Frames captured per second. */
  readonly fps: number;
  /** How long the consumer is busy with each frame, in ms. */
  readonly busy: number;
  /** `ring` draws into reused buffers while it captures; the others are drawn beforehand. */
  readonly scene: "ring" | "typing" | "video";
  /** The consumer's demand; only the lanes of this project support it. */
  readonly maxFps?: number;
}

/** Size of the frames in all live runs. */
export const width: number = 1920;
export const height: number = 1080;

/** Bytes above idle at which capturing stops. */
export const memoryCap: number = 2 * 1024 ** 3;
