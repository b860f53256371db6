import { describe, expect, it } from "vitest";
import type { ReceivedImageSample } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";

const everything = { video: { delivery: "all" }, audio: null } as const;

/** The receiver's messages up to its goodbye. */
async function rest({ peer }: Awaited<ReturnType<typeof connected>>) {
  const received = [];
  for (let message = await peer.next(); message; message = await peer.next()) received.push(message);
  return received;
}

describe("frame that is disposed before close()", () => {
  it.each([{ demand: everything }, {}])("is reported before the goodbye: %j", async (options) => {
    const pair = await connected(options);
    const { receiver, peer } = pair;
    const samples = receiver.samples();
    const coming = samples.next();
    await pair.isHeard();
    peer.frames(1, 2);
    const first = (await coming).value as ReceivedImageSample;
    first[Symbol.dispose]();
    const second = (await samples.next()).value as ReceivedImageSample;
    // The grant for the first frame is being sent; a regular grant would wait for it.
    second[Symbol.dispose]();
    const closed = receiver.close();
    expect((await rest(pair)).at(-1)).toMatchObject({ type: "credit", consumed: 2 });
    await closed;
  });

  it("is reported after a loop that was left by break", async () => {
    const pair = await connected({ demand: everything });
    pair.peer.frames(1);
    for await (const sample of pair.receiver) {
      (sample as ReceivedImageSample)[Symbol.dispose]();
      break;
    }
    const closed = pair.receiver.close();
    expect((await rest(pair)).at(-1)).toMatchObject({ type: "credit", consumed: 1 });
    await closed;
  });

  it("is reported without waiting or held frames, and without more credit", async () => {
    const pair = await connected({ demand: everything });
    const { receiver, peer, isHeard } = pair;
    const samples = receiver.samples();
    peer.frames(1);
    await samples.next();
    peer.frames(2);
    await isHeard();
    const through = receiver.stats().credit + 2;
    const closed = receiver.close();
    const credits = (await rest(pair)).filter(({ type }) => type === "credit");
    expect(credits.at(-1)).toEqual({ type: "credit", through, consumed: 0 });
    await closed;
  });

  it("is reported after a demand, a refresh and a message that were sent before", async () => {
    const pair = await connected({ demand: everything });
    const { receiver, peer } = pair;
    peer.channel.send({ type: "message-credit", messages: 1, bytes: 1 });
    await pair.isHeard();
    receiver.setDemand({ video: null, audio: {} });
    receiver.refresh();
    receiver.send("last words");
    const closed = receiver.close();
    const types = (await rest(pair)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(["demand", "refresh", "message"]);
    await closed;
  });
});

describe("stats() counters", () => {
  const sum = (counts: Record<string, number>) => {
    const { received, ...others } = counts;
    expect(Object.values(others).every((count) => count >= 0)).toBe(true);
    return Object.values(others).reduce((one, other) => one + other, 0) - (received as number);
  };

  it.each(["close", "kill"])("add up after %s, and when a held frame is disposed later", async (end) => {
    const { receiver, peer, isHeard, near } = await connected({ demand: everything });
    const samples = receiver.samples();
    peer.frames(1);
    const held = (await samples.next()).value as ReceivedImageSample;
    peer.frames(2);
    await isHeard();
    peer.junk({ format: "RGBA", codedWidth: 0, codedHeight: 0, timestamp: 0 });
    peer.frames(4);
    await isHeard();
    if (end === "kill") near.destroy();
    else receiver.close();
    expect(sum(receiver.stats().video)).toBe(0);
    await receiver.closed;
    expect(sum(receiver.stats().video)).toBe(0);
    await receiver.close();
    const before = receiver.stats().video;
    expect(before).toMatchObject({ consumed: 0, pending: 1 });
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    expect(receiver.stats().video).toEqual({ ...before, consumed: 1, pending: 0 });
  });

  it("add up while frames are being decoded, and after the end", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: everything });
    const coming = receiver.samples().next();
    await isHeard();
    peer.frames(1, 2);
    await coming;
    const closed = receiver.close();
    expect(sum(receiver.stats().video)).toBe(0);
    await closed;
    expect(receiver.stats().video).toMatchObject({ received: 2, pending: 1 });
  });
});
