/** The code of a {@link ProtocolError}. */
export type ProtocolErrorCode =
  /**
   * A message of a known type has a missing or invalid field, or the data of an application message does not match its
   * schema.
   */
  | "ERR_PROTOCOL_INVALID_MESSAGE"
  /** An application message has a type that `messageSchemas` does not list. */
  | "ERR_PROTOCOL_UNKNOWN_MESSAGE"
  /** A video frame or an application message arrived without credit. */
  | "ERR_PROTOCOL_NO_CREDIT";

/** The peer violated the protocol. Its message is dropped, and the connection continues. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** Does not change between versions, unlike the message. */
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
