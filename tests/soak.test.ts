import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Child } from "./support/child.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

// SOAK_SECONDS is the duration of each test.
const seconds = Number(process.env.SOAK_SECONDS ?? 2);

/** A report that the tested process prints once a second. Memory is in bytes. */
interface Health {
  readonly memory: number;
  readonly descriptors: number;
  /** Frames sent or consumed so far. */
  readonly done: number;
  readonly connections: number;
}

const most = (healths: readonly Health[], what: "memory" | "descriptors") =>
  Math.max(...healths.map((health) => health[what]));

// Each process throws if pending plus all outcomes is not the total, if messages or samples are out of order, or if a frame has the wrong content.
test.each([
  ["BroadcastUploader", "soak-upload.mjs", "soak-receive.mjs"],
  ["BroadcastReceiver", "soak-receive.mjs", "soak-upload.mjs"],
])(
  "%s keeps working in constant memory while peer processes are killed and the demand changes",
  {
    timeout: 60_000 + seconds * 1000,
  },
  async (_, fixture, other) => {
    const path = await socketInTempDir();
    const lasting = new Child<Health>(fixture, path, {});
    let isOver = false;
    let kills = 0;
    const killing = (async () => {
      while (!isOver) {
        const child = new Child<Health>(other, path, {});
        // Most processes connect within this time.
        const end = await Promise.race([child.exited, delay(500 + Math.random() * 4000)]);
        if (end !== undefined) throw new Error("the other process ended");
        await child.kill();
        kills++;
      }
    })();
    const healths: Health[] = [];
    const watching = (async () => {
      for await (const health of lasting) if (healths.push(health) === seconds) return;
      throw new Error("the process ended");
    })();
    await Promise.race([watching, killing]);
    isOver = true;
    await killing;
    // Some processes are killed before they connect, so this requires a connection for only half of the kills.
    expect(healths.at(-1)?.connections).toBeGreaterThan(kills / 2);
    // The first ten reports are ignored, because modules are still being loaded and compiled. Twenty more are needed to detect a leak.
    const warm = healths.slice(10);
    if (warm.length < 20) return;
    const half = warm.length >> 1;
    const [before, after] = [warm.slice(0, half), warm.slice(half)];
    expect(most(after, "descriptors")).toBeLessThanOrEqual(most(before, "descriptors") + 5);
    expect(most(after, "memory")).toBeLessThan(most(before, "memory") * 1.1 + 20_000_000);
  },
);
