/** Code of a {@link RecorderError}. */
export type RecorderErrorCode =
  /** There is no ffmpeg on PATH, it is older than 4.4, or it lacks the encoder of a codec. */
  | "ERR_RECORDER_FFMPEG_MISSING"
  /** The file exists, and `overwrite` is not set. */
  | "ERR_RECORDER_FILE_EXISTS"
  /** The file cannot be created or written. */
  | "ERR_RECORDER_NOT_WRITABLE"
  /** ffmpeg has failed or was killed. The message contains ffmpeg's reason, such as a full disk. */
  | "ERR_RECORDER_FFMPEG_FAILED"
  /** ffmpeg or the file system did not respond within 10 s, or ffmpeg did not start within 30 s. */
  | "ERR_RECORDER_STUCK"
  /** The recording has been stopped, so no more samples can be written. */
  | "ERR_RECORDER_STOPPED"
  /** Too many samples wait for ffmpeg, so this one was left out. */
  | "ERR_RECORDER_TOO_MUCH_WAITING";

/** The error that this package throws. `cause` is the underlying error, if there is one. */
export class RecorderError extends Error {
  override readonly name = "RecorderError";
  /** Identifies the kind of error. Codes do not change between versions; messages may. */
  readonly code: RecorderErrorCode;

  constructor(code: RecorderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
