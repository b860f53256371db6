import { IPCChannelError, type IPCChannelErrorCode } from "./ipc-channel-error.ts";

/** What the system says when it has run out of descriptors, memory or disk space; the same call may succeed later. */
const exhausted = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ENOSPC", "EDQUOT"]);

/** What a write says once the peer's end of the connection is gone. Any other write error is this side's own. */
const peerGone = new Set(["EPIPE", "ECONNRESET", "ECONNABORTED", "ENOTCONN", "ESHUTDOWN", "ECANCELED"]);

/** Whether a system call failed for lack of resources. */
export function lacksResources(error: unknown): boolean {
  return exhausted.has(errnoOf(error));
}

/** The IPCChannelError for the error of a system call: ERR_IPC_RESOURCES for lack of resources, otherwise `code`. */
export function systemError(code: IPCChannelErrorCode, message: string, cause?: unknown): IPCChannelError {
  if (cause instanceof IPCChannelError) return cause;
  if (cause === undefined) return new IPCChannelError(code, message);
  const errno = errnoOf(cause);
  const text = errno ? `${message}: ${errno}` : message;
  return new IPCChannelError(lacksResources(cause) ? "ERR_IPC_RESOURCES" : code, text, { cause });
}

/** Whether this is the error of a write(2) that failed while the peer was still there: a bad address, no memory. */
export function isOwnWriteError(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return (syscall === "write" || syscall === "writev") && !peerGone.has(errnoOf(error));
}

/** The error's `code`, `ENOENT` for one; empty where it has none. */
export function errnoOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
