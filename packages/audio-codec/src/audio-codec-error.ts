/** Code of an {@link AudioCodecError}. */
export type AudioCodecErrorCode =
  | "ERR_AUDIO_INVALID_SAMPLE"
  | "ERR_AUDIO_INVALID_METADATA"
  | "ERR_AUDIO_SIZE_MISMATCH";

/** The error that this package throws. */
export class AudioCodecError extends Error {
  override readonly name = "AudioCodecError";
  /** Does not change between versions, unlike the message. */
  readonly code: AudioCodecErrorCode;

  constructor(code: AudioCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
