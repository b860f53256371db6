/**
 * Waits for a promise of the LiveKit library, which may never settle: a lost room, for example, leaves calls unanswered.
 * Rejects with an Error after `timeout` ms.
 */
export async function within<T>(timeout: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeout} ms`)), timeout);
  });
  // A rejection after the time-out must not become an unhandledRejection.
  promise.catch(() => {});
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
