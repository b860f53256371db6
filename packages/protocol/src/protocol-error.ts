/** Identifies how the peer broke the protocol. */
export type ProtocolErrorCode =
  /** A message of a known type lacks a field or has an invalid one, or the data of an application message fails its schema. */
  | "ERR_PROTOCOL_INVALID_MESSAGE"
  /** An application message has a type that `messageSchemas` does not list. */
  | "ERR_PROTOCOL_UNKNOWN_MESSAGE"
  /** A video frame or an application message came without credit. */
  | "ERR_PROTOCOL_NO_CREDIT";

/** The peer broke the protocol. The message is dropped; the connection continues. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** Stable, unlike the message. */
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
