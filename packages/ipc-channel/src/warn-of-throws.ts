/**
 * The same callback, which never throws: an exception, or the rejection of a promise that it returns, becomes a process
 * warning. What calls it goes on, and the mistake is still to be seen.
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
