/**
 * Disposes a sample, or its data if the sample has no dispose function of its own and the data has one, as the memory of
 * {@link BroadcastUploader.allocate} has. Throws what the dispose function throws.
 */
export function disposeSample(sample: unknown): void {
  const { data, [Symbol.dispose]: dispose } = (sample ?? {}) as Partial<Disposable> & {
    readonly data?: Partial<Disposable>;
  };
  if (dispose) dispose.call(sample);
  else data?.[Symbol.dispose]?.();
}
