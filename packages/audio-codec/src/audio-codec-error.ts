/** What went wrong, as a string that stays the same between versions. */
export type AudioCodecErrorCode =
  | "ERR_AUDIO_INVALID_SAMPLE"
  | "ERR_AUDIO_INVALID_METADATA"
  | "ERR_AUDIO_SIZE_MISMATCH";

/** The only error this package throws. */
export class AudioCodecError extends Error {
  override readonly name = "AudioCodecError";
  /** Decide by this, not by the message, which may change. */
  readonly code: AudioCodecErrorCode;

  constructor(code: AudioCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
