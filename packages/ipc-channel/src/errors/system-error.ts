import { IPCChannelError, type IPCChannelErrorCode, isIPCChannelError } from "./ipc-channel-error.ts";

/** Error codes for a lack of descriptors, memory or disk space. The same call may succeed later. */
const exhausted = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ENOSPC", "EDQUOT"]);

/** Error codes of a write after the peer has closed its end. Any other write error is a fault of this side. */
const peerGone = new Set(["EPIPE", "ECONNRESET", "ECONNABORTED", "ENOTCONN", "ESHUTDOWN", "ECANCELED"]);

/** Whether a system call failed for lack of resources. */
export function lacksResources(error: unknown): boolean {
  return exhausted.has(errnoOf(error));
}

/**
 * Wraps the error of a system call in an IPCChannelError. The code is ERR_IPC_RESOURCES for a lack of resources, otherwise
 * `code`. If `cause` is already an IPCChannelError, returns `cause`.
 */
export function systemError(code: IPCChannelErrorCode, message: string, cause?: unknown): IPCChannelError {
  if (isIPCChannelError(cause)) return cause;
  if (cause === undefined) return new IPCChannelError(code, message);
  const errno = errnoOf(cause);
  const text = errno ? `${message}: ${errno}` : message;
  return new IPCChannelError(lacksResources(cause) ? "ERR_IPC_RESOURCES" : code, text, { cause });
}

/** Whether a write(2) failed while the peer was still connected, for example because of a bad address or a lack of memory. */
export function isOwnWriteError(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return (syscall === "write" || syscall === "writev") && !peerGone.has(errnoOf(error));
}

/** The error's `code`, such as `ENOENT`; an empty string if it has none. */
export function errnoOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
