import { once } from "node:events";
import { duplexPair } from "node:stream";
import { clockId } from "@broadcast-ipc/clock";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it } from "vitest";
import { BroadcastUploader, type UploadOutcome } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample, largeHeight } from "./fixtures/samples.ts";

const sent = async (upload: Promise<UploadOutcome>) => expect(await upload).toBe("sent");

describe("BroadcastUploader", () => {
  it("sends a hello with its id, name and clock first", async () => {
    const { uploader, peer } = await connected({ name: "screen" });
    uploader.upload(imageSample(1));
    peer.demand({});
    peer.credit(1);
    await peer.next();
    expect(peer.hello).toMatchObject({ type: "hello", id: expect.any(String), name: "screen" });
    expect(peer.hello?.clock).toBe(clockId());
  });

  it("sends a unique id, and no name by default", async () => {
    const ids = new Set<unknown>();
    for (let each = 0; each < 2; each++) {
      const { uploader, peer } = await connected();
      uploader.upload(imageSample(1));
      peer.demand({});
      peer.credit(1);
      await peer.next();
      ids.add(peer.hello?.id);
      expect(peer.hello).not.toHaveProperty("name");
    }
    expect(ids.size).toBe(2);
  });

  it('emits "connect" to listeners that are added in the same tick', async () => {
    const { uploader } = await connected();
    await once(uploader, "connect");
  });

  it('emits "demand" for each demand of the receiver', async () => {
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

  it("closes at the end of an `await using` block", async () => {
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

describe("BroadcastUploader: end of the connection", () => {
  it('settles pending and new uploads "closed" after close()', async () => {
    const { uploader, failures } = await connected();
    const waiting = uploader.upload(imageSample(1));
    const disconnect = once(uploader, "disconnect");
    await Promise.all([uploader.close(), uploader.close()]);
    expect(await waiting).toBe("closed");
    expect(await disconnect).toEqual([{ by: "us", code: "closed" }]);
    expect(await uploader.upload(imageSample(2))).toBe("closed");
    expect(await uploader.upload(audioSample(3))).toBe("closed");
    expect(await uploader.upload(null as never)).toBe("closed");
    expect(uploader.stats().audio).toMatchObject({ captured: 1, closed: 1 });
    expect(failures.filter((error) => (error as { name: string }).name !== "ImageCodecError")).toEqual([]);
  });

  it("settles all samples of both lanes, waiting or in flight, when the connection is lost", async () => {
    const { uploader, peer, failures, near } = await connected();
    peer.demand({}, {});
    peer.credit(10);
    await once(uploader, "demand");
    const disconnect = once(uploader, "disconnect");
    await sent(uploader.upload(imageSample(1, { codedHeight: largeHeight })));
    // The peer does not read, so this frame and the audio after it stay in the channel.
    const samples = [
      imageSample(2, { codedHeight: largeHeight }),
      imageSample(3),
      audioSample(4),
      audioSample(5),
    ];
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

  it('emits "disconnect" with the reason when the peer closes', async () => {
    const { uploader, peer, failures } = await connected();
    const waiting = uploader.upload(imageSample(1));
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    expect(await waiting).toBe("closed");
    expect(await disconnect).toEqual([{ by: "peer", code: "closed" }]);
    expect(uploader.isClosed).toBe(true);
    expect(failures).toEqual([]);
  });

  it('emits "disconnect" with the error, and no failure, if the peer sends invalid bytes', async () => {
    const { uploader, failures, far } = await connected();
    const disconnect = once(uploader, "disconnect");
    far.write(Buffer.alloc(64, 0xab));
    expect(await disconnect).toMatchObject([
      { by: "us", code: "error", error: { code: "ERR_IPC_CORRUPT_MESSAGE" } },
    ]);
    expect(failures).toEqual([]);
  });

  it("closes at once with an ERR_IPC_BUSY failure if something else reads the channel", async () => {
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

  it('emits "disconnect" and settles uploads "closed" if the channel was closed before over() was called', async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "connect" }),
      IPCChannel.over(far, { role: "accept" }),
    ]);
    await Promise.all([channel.close(), peer.close()]);
    const uploader = BroadcastUploader.over(channel);
    const waiting = uploader.upload(imageSample(1));
    expect(await once(uploader, "disconnect")).toEqual([{ by: "us", code: "closed" }]);
    expect(await waiting).toBe("closed");
  });
});

describe("BroadcastUploader with an invalid receiver", () => {
  it("ignores messages of an unknown type, and emits a failure for each malformed message", async () => {
    const { uploader, peer, failures, isProcessed } = await connected();
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
    await isProcessed();
    expect(failures).toHaveLength(malformed.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
    expect(uploader.demand).toBeUndefined();
    expect(uploader.isClosed).toBe(false);

    peer.demand({});
    peer.credit(1);
    uploader.upload(imageSample(1));
    expect(await peer.frames(1)).toEqual([[1, 1]]);
  });

  it("ignores credit that is lower than before", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(2);
    peer.credit(0);
    await sent(uploader.upload(imageSample(1)));
    await sent(uploader.upload(imageSample(2)));
  });
});
