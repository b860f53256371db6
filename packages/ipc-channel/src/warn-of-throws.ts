/**
 * Wraps a callback of the user so that it never throws. Its exception, or the rejection of a promise that it returns,
 * becomes a process warning.
 */
export function warnOfThrows<Args extends unknown[]>(
  name: string,
  callback: (...args: Args) => unknown,
): (...args: Args) => void {
  const warn = (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`the callback ${name} threw: ${what}`, "IPCChannelWarning");
  };
  return (...args) => {
    try {
      Promise.resolve(callback(...args)).catch(warn);
    } catch (error) {
      warn(error);
    }
  };
}
