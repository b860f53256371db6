import type { Sample } from "@broadcast-ipc/receiver";
import type { SampleSource } from "../../src/recorder.ts";

/** A receiver that yields samples in the given order, each to the loop over its type. */
export function sampleSource(samples: Iterable<Sample> | AsyncIterable<Sample>): SampleSource {
  const iterator = (async function* () {
    yield* samples;
  })();
  let head: Promise<IteratorResult<Sample>> | undefined;
  const waiters: (() => void)[] = [];
  return {
    async *samples({ type, signal }) {
      const wakeAll = () => {
        for (const wake of waiters.splice(0)) wake();
      };
      signal?.addEventListener("abort", wakeAll, { once: true });
      while (!signal?.aborted) {
        head ??= iterator.next();
        const { done, value } = await head;
        if (done) return;
        if (value.type !== type) {
          await new Promise<void>((resolve) => waiters.push(resolve));
          continue;
        }
        head = undefined;
        yield value;
        wakeAll();
      }
    },
  };
}
