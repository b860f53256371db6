/** Parameters of a run, given to each of its processes. */
export interface LiveKitParameters {
  /** `screen`: ffmpeg grabs an X display. `generated`: the same frame again and again, which takes no time to capture. */
  readonly source: "screen" | "generated";
  readonly format: "BGRX" | "I420";
  /** Path of the socket between the capture process and the publisher process. */
  readonly path: string;
  /** The X display that is grabbed, such as `:99`. */
  readonly display: string | undefined;
}

/** Size of the frames. */
export const width: number = 1920;
export const height: number = 1080;

/** Frames captured per second. */
export const framesPerSecond: number = 30;

/** Length of a frame in bytes. */
export function frameLength(format: LiveKitParameters["format"]): number {
  return width * height * (format === "BGRX" ? 4 : 1.5);
}
