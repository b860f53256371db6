import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { socketPair } from "../support/channel-pair.ts";
import { Child } from "../support/child.ts";
import { tempPath } from "../support/temp-dir.ts";

const heartbeat = { interval: 50, timeout: 1000 };
const aliveBytes = 16;

/** Opens a channel with a heartbeat to a child process that runs this task of peer.mjs. */
async function channelTo(task: string): Promise<readonly [IPCChannel, Child]> {
  const path = tempPath();
  const child = new Child("peer.mjs", "connect", path, task);
  const channel = await IPCChannel.accept(path, { heartbeat });
  await child.report("started");
  await child.report("open");
  return [channel, child];
}

describe("Heartbeat", () => {
  test("ends the channel with ERR_IPC_TIMEOUT if the peer's process is suspended", async () => {
    const [channel, child] = await channelTo("echo");
    const next = channel.messages().next();
    child.process.kill("SIGSTOP");
    await expect(next).rejects.toMatchObject({ code: "ERR_IPC_TIMEOUT" });
    expect(await channel.closed).toMatchObject({
      by: "us",
      code: "timeout",
      error: { code: "ERR_IPC_TIMEOUT" },
    });
    await expect(channel.send({})).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  });

  test("keeps the channel open while the peer takes no messages and does not read", async () => {
    const [channel, child] = await channelTo("hold");
    channel.send("first");
    await child.report("first");
    for (let count = 0; count < 20; count++) channel.send("more", new Uint8Array(1 << 20));
    const enough = channel.stats().received.bytes + (3 * heartbeat.timeout * aliveBytes) / heartbeat.interval;
    while (channel.stats().received.bytes < enough) await turn();
    expect(channel.bufferedBytes).toBeGreaterThan(0);
    expect(channel.isClosed).toBe(false);
    await channel.close();
  });

  test("counts the peer's silence only while this side reads", async () => {
    const [channel, child] = await channelTo("flood");
    await child.report("flooding");
    while (channel.stats().waiting.messages === 0) await turn();
    child.process.kill("SIGSTOP");
    // While this side does not read, silence longer than the timeout does not end the channel.
    await delay(3 * heartbeat.timeout);
    expect(channel.isClosed).toBe(false);
    const messages = channel.messages();
    expect((await messages.next()).value?.header).toBe("enough");
    await expect(messages.next()).rejects.toMatchObject({ code: "ERR_IPC_TIMEOUT" });
  });

  test("does not count time during which this process was blocked", async () => {
    const [channel] = await channelTo("echo");
    const end = performance.now() + 3 * heartbeat.timeout;
    while (performance.now() < end);
    await channel.send({ still: "there" });
    expect((await channel.messages().next()).value?.header).toEqual({ still: "there" });
    expect(channel.isClosed).toBe(false);
    await channel.close();
  });

  test("makes a peer without the heartbeat option send alive frames", async () => {
    const [acceptor, connector] = await socketPair({ heartbeat }, {});
    const before = acceptor.stats().received.bytes;
    while (acceptor.stats().received.bytes < before + 3 * aliveBytes) await turn();
    expect(connector.stats().received.messages).toBe(0);
    expect(acceptor.isClosed).toBe(false);
  });

  test("does not end a channel after the peer's goodbye while messages wait to be taken", async () => {
    const path = tempPath();
    const child = new Child("peer.mjs", "connect", path, "series");
    const channel = await IPCChannel.accept(path, { heartbeat });
    await child.exitCode();
    await delay(2 * heartbeat.timeout);
    let count = 0;
    for await (const _ of channel) count++;
    expect(count).toBe(500);
    expect(await channel.closed).toMatchObject({ by: "peer", code: "closed" });
  });

  test.each([
    [{ interval: 5, timeout: 100 }],
    [{ interval: 100, timeout: 100 }],
    [{ interval: 100, timeout: Number.NaN }],
  ])("rejects the invalid heartbeat %j with a RangeError", async (heartbeat) => {
    await expect(IPCChannel.accept(tempPath(), { heartbeat })).rejects.toThrow(RangeError);
  });
});
