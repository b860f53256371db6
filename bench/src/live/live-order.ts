/** What a capture process and its consumer are told to do. */
export interface LiveOrder {
  readonly lane: string;
  readonly path: string;
  /** Pictures that are captured in a second. */
  readonly fps: number;
  /** How long the consumer is busy with each picture, in ms. */
  readonly busy: number;
  /** `ring`: drawn into recycled buffers as it goes; the others are drawn beforehand. */
  readonly scene: "ring" | "typing" | "video";
  /** What the consumer demands; only the lanes of this project know it. */
  readonly maxFps?: number;
}

/** The pictures of all live runs. */
export const width: number = 1920;
export const height: number = 1080;

/** More memory than this above idle, in bytes, and the capturing stops. */
export const memoryCap: number = 2 * 1024 ** 3;
