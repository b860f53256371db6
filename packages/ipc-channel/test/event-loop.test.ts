import { describe, expect, test } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { PullQueue } from "../src/queue/pull-queue.ts";
import { tempPath } from "./support/temp-dir.ts";

/** Repeats the call until a timer has run, for at most about a second. Microtasks alone never let a timer run. */
async function untilTimer(call: () => Promise<unknown>): Promise<boolean> {
  let hasRun = false;
  const timer = setTimeout(() => {
    hasRun = true;
  }, 1);
  for (let calls = 0; !hasRun && calls < 2_000_000; calls++) await call();
  clearTimeout(timer);
  return hasRun;
}

const ignore = (call: () => Promise<unknown>) => () => call().catch(() => {});

async function channels() {
  const path = tempPath();
  const pair = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
  return pair;
}

describe("IPCChannel", () => {
  test("lets timers run during a loop over send(), both for sent and for rejected messages", async () => {
    const [reader, sender] = await channels();
    const reading = (async () => {
      for await (const _ of reader);
    })();
    expect(await untilTimer(() => sender.send({ n: 1 }))).toBe(true);
    expect(await untilTimer(ignore(() => sender.send(Symbol("no"))))).toBe(true);
    expect(await untilTimer(ignore(() => sender.send(1, new Uint8Array(2 ** 27))))).toBe(true);
    await sender.close();
    expect(await untilTimer(ignore(() => sender.send({ n: 1 })))).toBe(true);
    await reading;
  });

  test("lets timers run during a loop over messages that have already arrived", async () => {
    const queue = new PullQueue<number>();
    const items = queue.iterate();
    expect(
      await untilTimer(() => {
        queue.push(1);
        return items.next();
      }),
    ).toBe(true);
    expect(
      await untilTimer(() => {
        const next = items.next();
        queue.push(1);
        return next;
      }),
    ).toBe(true);
  });

  test("lets timers run during a loop over next() calls that reject", async () => {
    const queue = new PullQueue<number>();
    const waiting = queue.iterate().next();
    const other = queue.iterate();
    expect(await untilTimer(ignore(() => other.next()))).toBe(true);
    const aborted = queue.iterate({ signal: AbortSignal.abort() });
    expect(await untilTimer(ignore(() => aborted.next()))).toBe(true);
    queue.end();
    await waiting;
    expect(await untilTimer(() => other.next())).toBe(true);
  });

  test("lets timers run during a loop over connect(), accept() or listen() calls that reject at once", async () => {
    const signal = AbortSignal.abort();
    for (const options of [{ signal }, {}]) {
      const path = "signal" in options ? tempPath() : "a\0b";
      expect(await untilTimer(ignore(() => IPCChannel.connect(path, options)))).toBe(true);
      expect(await untilTimer(ignore(() => IPCChannel.accept(path, options)))).toBe(true);
      expect(await untilTimer(ignore(() => IPCServer.listen(path, options)))).toBe(true);
    }
  });
});
