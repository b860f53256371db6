import { createHash } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Random } from "../../../tests/support/random.ts";
import { IPCChannel } from "../src/ipc-channel.ts";
import { Child } from "./support/child.ts";
import { descriptors, untilDescriptors } from "./support/descriptors.ts";
import { tempPath } from "./support/temp-dir.ts";

// SOAK_KILLS is the number of processes that each of the first two tests kills.
const kills = Number(process.env.SOAK_KILLS ?? 10);
const timeout = 20_000 + kills * 1000;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const small = Buffer.alloc(64, 1);
const large = Buffer.alloc(1920 * 1080 * 4, 2);

/** Calls `run` with a new process for each round, and fails on an unhandledRejection or a leaked descriptor. */
async function rounds(task: string, run: (child: Child, path: string, random: Random) => Promise<void>) {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const path = tempPath();
  const before = descriptors();
  let next = new Child("load.mjs", path, task);
  for (let round = 1; round <= kills; round++) {
    const child = next;
    await child.report("started");
    if (round < kills) next = new Child("load.mjs", path, task);
    await run(child, path, new Random(round));
  }
  await turn();
  expect(unhandled).not.toHaveBeenCalled();
  await untilDescriptors(before);
}

describe("IPCChannel", () => {
  test(
    "settles all sends if the reader's process is killed at a random moment, and serves the next process",
    async () => {
      await rounds("take", async (child, path, random) => {
        const accepted = IPCChannel.accept(path);
        child.tell("go");
        const channel = await accepted;
        const sent: Promise<void>[] = [];
        let isLoading = true;
        const load = (async () => {
          while (isLoading) {
            const last = channel.send({ number: sent.length }, random.below(8) ? small : large);
            sent.push(last);
            if (random.below(30) === 0) await last.catch(() => {});
            if (random.below(10) === 0) await turn();
          }
        })();
        const target = random.below(200);
        while (sent.length < target) await turn();
        await child.kill();
        expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
        isLoading = false;
        await load;
        const outcomes = await Promise.allSettled([...sent, channel.send("late")]);
        expect(outcomes.at(-1)?.status).toBe("rejected");
        // Sends keep their order, so all sends after the first failed send fail.
        const firstFailed = outcomes.findIndex(({ status }) => status === "rejected");
        for (const outcome of outcomes.slice(firstFailed))
          expect(outcome).toMatchObject({ status: "rejected", reason: { code: "ERR_IPC_CLOSED" } });
        expect(channel.bufferedBytes).toBe(0);
        expect((await channel.messages().next()).done).toBe(true);
      });
    },
    timeout,
  );

  test(
    "delivers only whole messages if the sender's process is killed at a random moment, and serves the next process",
    async () => {
      await rounds("send", async (child, path, random) => {
        const accepted = IPCChannel.accept(path);
        child.tell("go");
        const channel = await accepted;
        const target = random.below(60);
        let killed: Promise<void> | undefined;
        let next = 0;
        let code = "none";
        try {
          if (target === 0) killed = child.kill();
          for await (const message of channel) {
            const { header, payload } = message;
            expect(header).toEqual({ number: next });
            expect(payload).toHaveLength(next % 8 === 7 ? large.length : 64);
            expect([payload?.[0], payload?.at(-1)]).toEqual([next % 8, next % 8]);
            if (random.below(3)) message[Symbol.dispose]();
            if (random.below(5) === 0) await turn();
            if (++next === target) killed = child.kill();
          }
        } catch (error) {
          ({ code } = error as { code: string });
        }
        expect(["none", "ERR_IPC_TRUNCATED_MESSAGE"]).toContain(code);
        expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
        await expect(channel.send("late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
        await killed;
      });
    },
    timeout,
  );

  test("holds at most 4 MiB and one message while the process takes no messages, and then delivers all messages in order", async () => {
    const path = tempPath();
    const child = new Child("load.mjs", path, "stall");
    await child.report("started");
    child.tell("go");
    await using channel = await IPCChannel.accept(path);
    await child.report("open");
    const payloads = [3, 4, 5].map((byte) => Buffer.alloc(large.length, byte));
    const hashed = [small, ...payloads].map((payload) => ({
      payload,
      hash: createHash("sha1").update(payload).digest("hex"),
    }));
    const count = 500;
    let settled = 0;
    const sent = Array.from({ length: count }, async (_, number) => {
      const { payload, hash } = hashed[number % 20 === 19 ? 1 + (number % 3) : 0] as (typeof hashed)[0];
      await channel.send({ number, hash, isLast: number === count - 1 }, payload);
      settled++;
    });
    // Message 19 is the first large one. The reader cannot pause before message 19, so the send of message 18 resolves.
    await sent[18];
    for (let still = 0, before = -1; still < 500; await turn()) {
      still = channel.bufferedBytes === before ? still + 1 : 0;
      before = channel.bufferedBytes;
    }
    expect(settled).toBeLessThan(100);
    child.tell("stalled");
    const { bytes } = await child.report("stalled");
    // 4 MiB of waiting messages, one large message over this limit, a part of the next one, and 1 MiB for other buffers.
    expect(bytes).toBeLessThan((4 << 20) + 2 * large.length + (1 << 20));
    expect(await child.report("read")).toMatchObject({ count });
    await Promise.all(sent);
    expect(await channel.closed).toEqual({ by: "peer", code: "closed" });
    expect(await child.exitCode()).toBe(0);
  });
});
