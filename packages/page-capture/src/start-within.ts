import { PageCaptureError } from "./page-capture-error.ts";

/** Maximum time to wait for the browser, in ms. */
const longestStart = 10_000;

/**
 * Waits for a step of the start. Rejects with `signal.reason` on abort, and with ERR_CAPTURE_NOT_RESPONDING when the
 * browser takes too long. A result that comes later is passed to `discard`.
 */
export async function startWithin<T>(
  step: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => {},
): Promise<T> {
  let isOver = false;
  step.then(
    (late) => {
      if (isOver) discard(late);
    },
    () => {},
  );
  let stop = () => {};
  try {
    signal?.throwIfAborted();
    const failed = new Promise<never>((_, reject) => {
      const abort = () => reject(signal?.reason);
      const timer = setTimeout(() => {
        reject(
          new PageCaptureError(
            "ERR_CAPTURE_NOT_RESPONDING",
            `the browser has not responded for ${longestStart} ms`,
          ),
        );
      }, longestStart);
      signal?.addEventListener("abort", abort, { once: true });
      stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
    });
    return await Promise.race([step, failed]);
  } catch (error) {
    isOver = true;
    throw error;
  } finally {
    stop();
  }
}
