import { getSystemErrorMap } from "node:util";

const codes = ["EMFILE", "ENFILE", "EAGAIN", "ENOMEM", "ENOSPC", "ERR_IPC_RESOURCES"];

const pattern = new RegExp(`\\b(${codes.join("|")})\\b`);

/**
 * Whether the error or one of its causes is a lack of files, processes, memory or disk space. The same call may succeed
 * later.
 */
export function isResourceFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  // Playwright reports the code only in its message.
  return codes.includes(String(code)) || pattern.test(error.message) || isResourceFailure(error.cause);
}

/** Returns a system error in words, such as "too many open files". Returns the message of other errors. */
export function inWords(error: Error): string {
  const { errno } = error as NodeJS.ErrnoException;
  return (errno !== undefined && getSystemErrorMap().get(errno)?.[1]) || error.message;
}
