/** A stable code for what went wrong. Branch on the code, never on the message. The README lists all codes. */
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

/** The error class of this package. `cause` is set if the error wraps another one. */
export class IPCChannelError extends Error {
  override readonly name = "IPCChannelError";
  /** Identifies the kind of error. Codes do not change between versions; messages may. */
  readonly code: IPCChannelErrorCode;

  constructor(code: IPCChannelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether `error` is an {@link IPCChannelError}, with one of `codes` if any are given. Recognizes the errors of every
 * installed copy of this package, whereas `instanceof` recognizes only those of one copy.
 *
 * @internal For packages that are built on this one.
 */
export function isIPCChannelError<Code extends IPCChannelErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is IPCChannelError & { readonly code: Code } {
  if (typeof error !== "object" || error === null) return false;
  const { name, code } = error as Partial<IPCChannelError>;
  return name === "IPCChannelError" && (codes.length === 0 || codes.includes(code as Code));
}
