/**
 * Disposes a sample, and then its data if the data is disposable, as the memory of {@link BroadcastUploader.allocate} is.
 * Throws what the sample's own dispose function throws.
 */
export function disposeSample(sample: unknown): void {
  const disposable = sample as (Partial<Disposable> & { readonly data?: Partial<Disposable> }) | undefined;
  const data = disposable?.data;
  try {
    disposable?.[Symbol.dispose]?.();
  } finally {
    data?.[Symbol.dispose]?.();
  }
}
