import { once } from "node:events";
import { duplexPair } from "node:stream";
import { clockId } from "@broadcast-ipc/clock";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it } from "vitest";
import { BroadcastUploader, type UploadOutcome } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { largeHeight, picture, sound } from "./fixtures/samples.ts";

const sent = async (upload: Promise<UploadOutcome>) => expect(await upload).toBe("sent");

describe("an uploader that is connected", () => {
  it("says first of all who it is and whose clock it has", async () => {
    const { uploader, peer } = await connected({ name: "screen" });
    uploader.upload(picture(1));
    peer.demand({});
    peer.credit(1);
    await peer.next();
    expect(peer.hello).toMatchObject({ type: "hello", id: expect.any(String), name: "screen" });
    expect(peer.hello?.clock).toBe(clockId());
  });

  it("has an id of its own, and no name unless it is given one", async () => {
    const ids = new Set<unknown>();
    for (let each = 0; each < 2; each++) {
      const { uploader, peer } = await connected();
      uploader.upload(picture(1));
      peer.demand({});
      peer.credit(1);
      await peer.next();
      ids.add(peer.hello?.id);
      expect(peer.hello).not.toHaveProperty("name");
    }
    expect(ids.size).toBe(2);
  });

  it("emits connect for listeners that are added at once", async () => {
    const { uploader } = await connected();
    await once(uploader, "connect");
  });

  it("tells what the receiver wants, whenever it says so", async () => {
    const { uploader, peer } = await connected();
    expect(uploader.demand).toBeUndefined();
    for (const demand of [
      { video: {}, audio: null },
      { video: null, audio: {} },
    ]) {
      const event = once(uploader, "demand");
      peer.demand(demand.video, demand.audio);
      expect(await event).toEqual([demand]);
      expect(uploader.demand).toEqual(demand);
    }
  });

  it("is closed by leaving the block that it is bound to", async () => {
    const { uploader, peer } = await connected();
    {
      await using bound = uploader;
      expect(bound.isClosed).toBe(false);
    }
    expect(uploader.isClosed).toBe(true);
    expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
    await peer.end();
    expect(await peer.channel.closed).toMatchObject({ by: "peer", code: "closed" });
  });
});

describe("the end", () => {
  it("by close() settles everything, and what comes later", async () => {
    const { uploader, failures } = await connected();
    const waiting = uploader.upload(picture(1));
    const disconnect = once(uploader, "disconnect");
    await Promise.all([uploader.close(), uploader.close()]);
    expect(await waiting).toBe("closed");
    expect(await disconnect).toEqual([{ by: "us", code: "closed" }]);
    expect(await uploader.upload(picture(2))).toBe("closed");
    expect(await uploader.upload(sound(3))).toBe("closed");
    expect(await uploader.upload(null as never)).toBe("closed");
    expect(uploader.stats().audio).toMatchObject({ captured: 1, closed: 1 });
    expect(failures.filter((error) => (error as { name: string }).name !== "ImageCodecError")).toEqual([]);
  });

  it("of a peer that is lost settles what waits and what is under way, in both lanes", async () => {
    const { uploader, peer, failures, near } = await connected();
    peer.demand({}, {});
    peer.credit(10);
    await once(uploader, "demand");
    const disconnect = once(uploader, "disconnect");
    await sent(uploader.upload(picture(1, { codedHeight: largeHeight })));
    // Nobody reads, so this one is stuck in the channel, and the sound behind it.
    const samples = [picture(2, { codedHeight: largeHeight }), picture(3), sound(4), sound(5)];
    const outcomes = samples.map((sample) => uploader.upload(sample));
    near.destroy(new Error("cut"));
    expect(await Promise.all(outcomes)).toEqual(["replaced", "closed", "closed", "closed"]);
    expect(await disconnect).toEqual([expect.objectContaining({ by: "peer", code: "lost" })]);
    expect(await uploader.closed).toMatchObject({ by: "peer", code: "lost" });
    expect(failures).toEqual([]);
    expect(samples.map(({ disposals }) => disposals)).toEqual([1, 1, 1, 1]);
    const { video, audio } = uploader.stats();
    expect(video).toMatchObject({ captured: 3, sent: 1, replaced: 1, closed: 1, pending: 0 });
    expect(audio).toMatchObject({ captured: 2, closed: 2, pending: 0 });
  });

  it("of a peer that closes is told as such", async () => {
    const { uploader, peer, failures } = await connected();
    const waiting = uploader.upload(picture(1));
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    expect(await waiting).toBe("closed");
    expect(await disconnect).toEqual([{ by: "peer", code: "closed" }]);
    expect(uploader.isClosed).toBe(true);
    expect(failures).toEqual([]);
  });

  it("of a peer that sends bytes which are no messages is the reason, and no failure beside", async () => {
    const { uploader, failures, far } = await connected();
    const disconnect = once(uploader, "disconnect");
    far.write(Buffer.alloc(64, 0xab));
    expect(await disconnect).toMatchObject([
      { by: "us", code: "error", error: { code: "ERR_IPC_CORRUPT_MESSAGE" } },
    ]);
    expect(failures).toEqual([]);
  });

  it("comes for a channel that somebody else reads, since nothing could be heard there", async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "connect" }),
      IPCChannel.over(far, { role: "accept" }),
    ]);
    channel.messages().next();
    const uploader = BroadcastUploader.over(channel);
    expect(await once(uploader, "failure")).toMatchObject([{ code: "ERR_IPC_BUSY" }]);
    expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
    await peer.close();
  });

  it("may have come before the uploader", async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "connect" }),
      IPCChannel.over(far, { role: "accept" }),
    ]);
    await Promise.all([channel.close(), peer.close()]);
    const uploader = BroadcastUploader.over(channel);
    const waiting = uploader.upload(picture(1));
    expect(await once(uploader, "disconnect")).toEqual([{ by: "us", code: "closed" }]);
    expect(await waiting).toBe("closed");
  });
});

describe("junk from the receiver", () => {
  it("is skipped where it is of an unknown type, and reported where it is malformed", async () => {
    const { uploader, peer, failures, isHeard } = await connected();
    const unknown = [
      { type: "future", data: 1 },
      { type: "__proto__" },
      { type: "constructor" },
      { type: "hello" },
    ];
    const malformed = [
      5,
      null,
      "credit",
      [],
      {},
      { type: 5 },
      { type: "credit" },
      { type: "credit", through: -1 },
      { type: "credit", through: "1" },
      { type: "demand" },
      { type: "demand", video: true, audio: null },
      { type: "demand", video: {} },
      { type: "demand", video: { maxFps: 0 }, audio: null },
      { type: "demand", video: { maxWidth: 1.5 }, audio: null },
      { type: "demand", video: { encodings: "jpeg" }, audio: null },
      { type: "demand", video: { quality: 101 }, audio: null },
      { type: "demand", video: { delivery: "some" }, audio: null },
      { type: "message", data: 1 },
      { type: "message-credit", messages: 1 },
    ];
    for (const message of [...unknown, ...malformed]) peer.channel.send(message);
    peer.channel.send({ type: "refresh" }, new Uint8Array(100_000));
    await isHeard();
    expect(failures).toHaveLength(malformed.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
    expect(uploader.demand).toBeUndefined();
    expect(uploader.isClosed).toBe(false);

    peer.demand({});
    peer.credit(1);
    uploader.upload(picture(1));
    expect(await peer.pictures(1)).toEqual([[1, 1]]);
  });

  it("cannot take a credit back", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(2);
    peer.credit(0);
    await sent(uploader.upload(picture(1)));
    await sent(uploader.upload(picture(2)));
  });
});
