import { describe, expect, test } from "vitest";
import { Random } from "../../../tests/support/random.ts";
import { collectGarbage } from "./support/collect-garbage.ts";
import { LeaseSequence } from "./support/lease-sequence.ts";
import { noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const steps = Number(process.env.LEASE_SEQUENCES ?? 3000);
const seed = Number(process.env.LEASE_SEED ?? Date.now() % 2 ** 31);

describe.skipIf(noSharedMemory)("leases", () => {
  test(`lose no slot and mix up no payloads in ${steps} random steps (LEASE_SEED=${seed})`, {
    timeout: 60_000 + steps * 20,
  }, async () => {
    const before = [descriptors(), mappings()] as const;
    const random = new Random(seed);
    let done = 0;
    let retiredMappings = 0;
    for (let connection = 0; done < steps; connection++) {
      const count = Math.min(steps - done, 50 + random.below(400));
      const sequence = await LeaseSequence.start(random, connection % 3 === 2);
      for (let step = 0; step < count; step++) await sequence.step();
      retiredMappings += await sequence.end();
      done += count;
    }
    await collectGarbage();
    expect([descriptors(), mappings()]).toEqual([before[0], before[1] + retiredMappings]);
  });
});
