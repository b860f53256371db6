/** What went wrong, as a stable string: branch on it, never on the message. The README has a line on each. */
export type IPCChannelErrorCode =
  | "ERR_IPC_PATH_INVALID"
  | "ERR_IPC_PATH_IN_USE"
  | "ERR_IPC_CLOSED"
  | "ERR_IPC_BUSY"
  | "ERR_IPC_MESSAGE_TOO_LARGE"
  | "ERR_IPC_CORRUPT_MESSAGE"
  | "ERR_IPC_TRUNCATED_MESSAGE"
  | "ERR_IPC_INVALID_HEADER"
  | "ERR_IPC_UNAUTHORIZED"
  | "ERR_IPC_VERSION"
  | "ERR_IPC_TIMEOUT"
  | "ERR_IPC_RESOURCES";

/** The one error class of this package; `cause` is set whenever another error is behind it. */
export class IPCChannelError extends Error {
  override readonly name = "IPCChannelError";
  readonly code: IPCChannelErrorCode;

  constructor(code: IPCChannelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
