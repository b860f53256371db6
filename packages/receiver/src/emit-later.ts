/**
 * Emits in the next tick. A listener that throws then cannot interrupt the receiver, and a listener that is added right
 * after the receiver was returned misses nothing.
 */
export function emitLater(emit: () => void): void {
  process.nextTick(emit);
}

/** Emits now, before the sample that the event announces; what a listener throws is thrown in the next tick. */
export function throwLater(emit: () => void): void {
  try {
    emit();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
