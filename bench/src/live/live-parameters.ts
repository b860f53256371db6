/** Parameters of a live run, given to the capture process and the consumer process. */
export interface LiveParameters {
  /** Name of the lane to measure. `lanes/index.ts` lists all names. */
  readonly lane: string;
  readonly path: string;
  /** Frames captured per second. */
  readonly fps: number;
  /** How long the consumer is busy with each frame, in ms. */
  readonly busy: number;
  /** `ring` is drawn into reused buffers during the capture. The other scenes are drawn beforehand. */
  readonly scene: "ring" | "typing" | "video";
  /** Maximum frame rate that the consumer demands. Only `lanes/broadcast.ts` supports it. */
  readonly maxFps?: number;
  /** Executable of Node that runs both processes. Default: the one of the bench. */
  readonly node?: string;
}

/** Size of the frames in all live runs. */
export const width: number = 1920;
export const height: number = 1080;

/** Growth of resident memory, in bytes, at which capturing stops. */
export const memoryCap: number = 2 * 1024 ** 3;
