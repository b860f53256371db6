/** What is captured. */
export type SourceKind = "page" | "screen" | "file" | "synthetic";

/** Describes the source. */
export interface SourceMessage {
  readonly kind: SourceKind;
  readonly hasAudio: boolean;
  /** Whether the source accepts input from viewers. */
  readonly takesInput: boolean;
}

/** Figures of the connection from the capture process to the app process, twice a second. */
export interface SourceFigures {
  /** Frames received per second. */
  readonly framesPerSecond: number;
  /** Bytes of video and audio received per second. */
  readonly bytesPerSecond: number;
  /** Encoding of the frames from the capture process, `"raw"` for pixels. */
  readonly encoding: string;
  /** Frames replaced by newer ones before they were sent, since the start. */
  readonly replaced: number;
  /** Time from capture to arrival in ms; absent if it is unknown. */
  readonly age?: { readonly p50: number; readonly p95: number } | undefined;
}

/** The state of the recording. */
export interface RecordingMessage {
  readonly isRecording: boolean;
  /** Seconds since the start of the recording. */
  readonly seconds: number;
  /** A sentence for the viewer about the last recording, such as the path of the file. */
  readonly note?: string | undefined;
}

/**
 * The messages that the app sends to its page, by name: to each page when it connects, and to all after each change. The
 * page sends "kill" and "record", without data.
 */
export interface AppMessages {
  readonly source: SourceMessage;
  readonly figures: SourceFigures;
  readonly recording: RecordingMessage;
}
