import { describe, expect, it } from "vitest";
import type { ReceivedImageSample } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";

const everything = { video: { delivery: "all" }, audio: null } as const;

/** Reads the receiver's messages until the receiver closes. */
async function rest({ peer }: Awaited<ReturnType<typeof connected>>) {
  const received = [];
  for (let message = await peer.next(); message; message = await peer.next()) received.push(message);
  return received;
}

describe("BroadcastReceiver.close()", () => {
  it.each([{ demand: everything }, {}])(
    "reports frames that were disposed before close() as consumed: %j",
    async (options) => {
      const pair = await connected(options);
      const { receiver, peer } = pair;
      const samples = receiver.samples();
      const coming = samples.next();
      await pair.isProcessed();
      peer.frames(1, 2);
      const first = (await coming).value as ReceivedImageSample;
      first[Symbol.dispose]();
      const second = (await samples.next()).value as ReceivedImageSample;
      // The credit message for the first frame is still in flight. It delays all credit messages except the one that close() sends.
      second[Symbol.dispose]();
      const closed = receiver.close();
      expect((await rest(pair)).at(-1)).toMatchObject({ type: "credit", consumed: 2 });
      await closed;
    },
  );

  it("reports a frame as consumed if it was disposed in a loop that ended with break", async () => {
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

  it("leaves waiting and held frames out of the consumed count, and does not change the granted credit", async () => {
    const pair = await connected({ demand: everything });
    const { receiver, peer, isProcessed } = pair;
    const samples = receiver.samples();
    peer.frames(1);
    await samples.next();
    peer.frames(2);
    await isProcessed();
    const through = receiver.stats().credit + 2;
    const closed = receiver.close();
    const credits = (await rest(pair)).filter(({ type }) => type === "credit");
    expect(credits.at(-1)).toEqual({ type: "credit", through, consumed: 0 });
    await closed;
  });

  it("sends a pending demand, refresh and message before it closes", async () => {
    const pair = await connected({ demand: everything });
    const { receiver, peer } = pair;
    peer.channel.send({ type: "message-credit", messages: 1, bytes: 1 });
    await pair.isProcessed();
    receiver.setDemand({ video: null, audio: {} });
    receiver.refresh();
    receiver.send("last words");
    const closed = receiver.close();
    const types = (await rest(pair)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(["demand", "refresh", "message"]);
    await closed;
  });
});

describe("BroadcastReceiver.stats()", () => {
  const sum = (counts: Record<string, number>) => {
    const { received, ...others } = counts;
    expect(Object.values(others).every((count) => count >= 0)).toBe(true);
    return Object.values(others).reduce((one, other) => one + other, 0) - (received as number);
  };

  it.each(["close", "kill"])(
    "keeps `received` equal to the sum of the other counts after %s, and counts a held frame as pending until its disposal",
    async (end) => {
      const { receiver, peer, isProcessed, near } = await connected({ demand: everything });
      const samples = receiver.samples();
      peer.frames(1);
      const held = (await samples.next()).value as ReceivedImageSample;
      peer.frames(2);
      await isProcessed();
      peer.junk({ format: "RGBA", codedWidth: 0, codedHeight: 0, timestamp: 0 });
      peer.frames(4);
      await isProcessed();
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
    },
  );

  it("keeps `received` equal to the sum of the other counts while frames are being decoded", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: everything });
    const coming = receiver.samples().next();
    await isProcessed();
    peer.frames(1, 2);
    await coming;
    const closed = receiver.close();
    expect(sum(receiver.stats().video)).toBe(0);
    await closed;
    expect(receiver.stats().video).toMatchObject({ received: 2, pending: 1 });
  });
});
