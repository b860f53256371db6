/** The message that a process of the bench sends to its parent if it fails. */
export interface Failure {
  /** The reason, in one line. */
  readonly failure: string;
}

/** The reason of a failed measurement, in one line; names a package that is not installed. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = String(message ?? error);
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    const name = /'([^']+)'/.exec(text)?.[1];
    if (name) return `${name} is not installed`;
  }
  return text.split("\n", 1)[0] || "failed without a message";
}

/** Sends the reason for an uncaught error of this process to its parent, and ends this process. */
export function tellFailures(): void {
  process.on("uncaughtException", (error) => {
    const failure: Failure = { failure: reasonOf(error) };
    if (process.send) process.send(failure, () => process.exit(1));
    else process.exit(1);
  });
}
