import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { Child } from "./support/child.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

// SOAK_SECONDS says for how long.
const seconds = Number(process.env.SOAK_SECONDS ?? 5);

/** How a process is, once a second; memory in bytes. */
interface Health {
  readonly memory: number;
  readonly descriptors: number;
  /** Pictures sent or consumed so far. */
  readonly done: number;
  readonly connections: number;
}

const most = (healths: readonly Health[], what: "memory" | "descriptors") =>
  Math.max(...healths.map((health) => health[what]));

// Each process checks by itself that its counts add up, that numbers only rise, and that pictures are what they should
// be; it ends where they are not.
test.each([
  ["An uploader", "soak-upload.mjs", "soak-receive.mjs"],
  ["A receiver", "soak-receive.mjs", "soak-upload.mjs"],
])(
  "%s goes on and stays as it is, while the processes at the other end are killed and their demand changes",
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
        // Mostly long enough to connect.
        const end = await Promise.race([child.exited, delay(500 + Math.random() * 4000)]);
        if (end !== undefined) throw new Error("the other one ended");
        await child.kill();
        kills++;
      }
    })();
    const healths: Health[] = [];
    const watching = (async () => {
      for await (const health of lasting) if (healths.push(health) === seconds) return;
      throw new Error("it ended");
    })();
    await Promise.race([watching, killing]);
    isOver = true;
    await killing;
    expect(healths.at(-1)?.connections).toBeGreaterThan(kills / 2);
    // The first seconds are for loading and compiling; what grows shows in a longer run only.
    const warm = healths.slice(10);
    if (warm.length < 20) return;
    const half = warm.length >> 1;
    const [before, after] = [warm.slice(0, half), warm.slice(half)];
    expect(most(after, "descriptors")).toBeLessThanOrEqual(most(before, "descriptors") + 5);
    expect(most(after, "memory")).toBeLessThan(most(before, "memory") * 1.1 + 20_000_000);
  },
);
