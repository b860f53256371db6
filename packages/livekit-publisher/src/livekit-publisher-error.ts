/** Code of a {@link LiveKitPublisherError}. */
export type LiveKitPublisherErrorCode =
  /** `connectRoom` could not connect. The message names the URL. */
  | "ERR_LIVEKIT_CONNECT_FAILED"
  /** The room is not connected. */
  | "ERR_LIVEKIT_NOT_CONNECTED"
  /** A track could not be published. */
  | "ERR_LIVEKIT_PUBLISH_FAILED"
  /** A sample cannot be published. Later samples are not affected. */
  | "ERR_LIVEKIT_INVALID_SAMPLE"
  /** The LiveKit library accepted no audio for two seconds. Audio continues in a new track. */
  | "ERR_LIVEKIT_AUDIO_STUCK"
  /** The LiveKit library rejected audio. Audio continues, in a new track if the audio source rejected it. */
  | "ERR_LIVEKIT_AUDIO_REJECTED"
  /** An admitted participant has sent an invalid data message. */
  | "ERR_LIVEKIT_INVALID_INPUT"
  /** A notice of the source was too long, or too many notices were waiting. */
  | "ERR_LIVEKIT_NOTICE_DROPPED"
  /** The connection to the room is lost. Only a code of {@link EndReason}. */
  | "ERR_LIVEKIT_ROOM_LOST";

/** The error that this package throws. `cause` is the underlying error, if there is one. */
export class LiveKitPublisherError extends Error {
  override readonly name = "LiveKitPublisherError";
  /** Identifies the kind of error. Codes do not change between versions; messages may. */
  readonly code: LiveKitPublisherErrorCode;

  constructor(code: LiveKitPublisherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
