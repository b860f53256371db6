/** Resolves like `work`, or rejects with the error of `late` after `timeout` ms. The work itself goes on. */
export async function withinTime<T>(work: Promise<T>, timeout: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), timeout);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
