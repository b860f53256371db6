/**
 * Like `Promise.all`, but rejects only when nothing is at work any more: native code may still be reading memory that
 * its owner takes back as soon as it hears of a failure.
 */
export async function settleAll<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
