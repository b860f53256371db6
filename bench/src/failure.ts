/** Message that a bench process sends to its parent if it fails. */
export interface Failure {
  /** Reason of the failure, in one line. */
  readonly failure: string;
}

/** Returns the reason of a failed measurement in one line. If a package is not installed, the line names it. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = String(message ?? error);
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    const name = /'([^']+)'/.exec(text)?.[1];
    if (name) return `${name} is not installed`;
  }
  return text.split("\n", 1)[0] || "failed without a message";
}

/** Sends the reason of an uncaught error to the parent process, and ends this process. */
export function reportFailures(): void {
  process.on("uncaughtException", (error) => {
    const failure: Failure = { failure: reasonOf(error) };
    if (process.send) process.send(failure, () => process.exit(1));
    else process.exit(1);
  });
}
