/** What was wrong with the peer's behaviour, as a stable string. */
export type ProtocolErrorCode =
  /** A message of a known type lacks a field or has an invalid one, or the data of an application message fails its schema. */
  | "ERR_PROTOCOL_INVALID_MESSAGE"
  /** An application message has a type that `messageSchemas` does not list. */
  | "ERR_PROTOCOL_UNKNOWN_MESSAGE"
  /** A picture came for which no credit had been given. */
  | "ERR_PROTOCOL_NO_CREDIT";

/** The peer broke the protocol; it costs the message, never the connection. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
