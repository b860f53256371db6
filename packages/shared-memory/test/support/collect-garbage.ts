import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collects garbage and runs the callbacks of FinalizationRegistry. A payload and its ArrayBuffer take one round each. */
export async function collectGarbage(rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    // What WeakRef.deref() returned stays alive until the current job ends.
    await setImmediate();
    gc();
    await setImmediate();
  }
}
