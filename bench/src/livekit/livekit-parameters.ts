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
