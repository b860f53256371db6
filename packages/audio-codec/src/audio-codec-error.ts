/** Stable identifier of what went wrong. */
export type AudioCodecErrorCode =
  | "ERR_AUDIO_INVALID_SAMPLE"
  | "ERR_AUDIO_INVALID_METADATA"
  | "ERR_AUDIO_SIZE_MISMATCH";

/** The only class of errors that this package throws. */
export class AudioCodecError extends Error {
  override readonly name = "AudioCodecError";
  /** Stays the same between versions; messages may change. */
  readonly code: AudioCodecErrorCode;

  constructor(code: AudioCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
