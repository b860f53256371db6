/** Code of a {@link LiveKitPublisherError}. */
export type LiveKitPublisherErrorCode =
  /** `connectRoom` could not connect. The message names the URL. */
  | "ERR_LIVEKIT_CONNECT_FAILED"
  /** The room is not connected. */
  | "ERR_LIVEKIT_NOT_CONNECTED"
  /** A track could not be published. */
  | "ERR_LIVEKIT_PUBLISH_FAILED"
  /** A sample cannot be published. Other samples are. */
  | "ERR_LIVEKIT_INVALID_SAMPLE"
  /** The LiveKit library took no audio for a while. Audio continues with a new track. */
  | "ERR_LIVEKIT_AUDIO_STUCK"
  /** The LiveKit library rejected a piece of audio. Audio continues, with a new track if it was the source that rejected. */
  | "ERR_LIVEKIT_AUDIO_REJECTED"
  /** A participant's message could not be passed on. */
  | "ERR_LIVEKIT_INVALID_INPUT"
  /** A notice of the source could not be sent to participants. */
  | "ERR_LIVEKIT_NOTICE_DROPPED"
  /** The connection to the room is lost. */
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
