/** Parameters of a recording, given to each of its processes. */
export interface RecordingParameters {
  /** Path of the socket between the capture process and the recorder process. */
  readonly socket: string;
  /** Path of the file. */
  readonly file: string;
  /** The X display that is recorded, such as `:99`. */
  readonly display: string;
}

/** Sent by a process of a recording when it is at work. */
export interface ProcessIds {
  readonly type: "running";
  readonly pid: number;
  /** Process id of the ffmpeg that the process has started. */
  readonly ffmpegPid: number;
}

/** Sent by the capture process when the recorder has taken all frames. */
export interface CaptureEnd {
  readonly type: "captured";
  readonly frames: number;
}

/** Sent by the recorder process when the file is finished. */
export interface RecordingEnd {
  readonly type: "recorded";
}
