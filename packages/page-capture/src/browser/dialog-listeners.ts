const own = new WeakMap<object, number>();

/** Counts a listener of this package, so that {@link hostListens} ignores it. Returns a function that reverts the call. */
export function noteOwnListener(emitter: object): () => void {
  const add = (count: number) => own.set(emitter, (own.get(emitter) ?? 0) + count);
  add(1);
  return () => add(-1);
}

/** Returns whether the host program itself listens to the event by which the emitter reports dialogs. */
export function hostListens(emitter: object, event: string): boolean {
  const { listenerCount } = emitter as { listenerCount?(event: string): number };
  return (listenerCount?.call(emitter, event) ?? 0) > (own.get(emitter) ?? 0);
}
