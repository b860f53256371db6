import { once } from "node:events";
import { duplexPair } from "node:stream";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it } from "vitest";
import { BroadcastReceiver, type ReceivedImageSample, type Sample } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

/** Returns the type and timestamp of the next sample, or "done" after the last sample. */
async function named(result: Promise<IteratorResult<Sample>>): Promise<string> {
  const { done, value } = await result;
  return done ? "done" : `${value.type} ${value.timestamp}`;
}

async function nextFrame(samples: AsyncIterator<Sample>): Promise<ReceivedImageSample> {
  const { value } = await samples.next();
  if (value?.type !== "image") throw new Error(`expected an image, got ${value?.type}`);
  return value;
}

describe("BroadcastReceiver", () => {
  it("sends its demand first, and then credit for one frame", async () => {
    const { peer } = await connected();
    expect(await peer.next()).toEqual({ type: "demand", video: {}, audio: null });
    expect(await peer.next()).toEqual({ type: "credit", through: 1, consumed: 0 });
  });

  it("sends the demand of its options", async () => {
    const { peer } = await connected({ demand: { video: null, audio: {} } });
    expect(await peer.next()).toEqual({ type: "demand", video: null, audio: {} });
  });

  it("reads its id and name from the uploader's hello", async () => {
    const { receiver, peer, isProcessed } = await connected();
    expect([receiver.id, receiver.name]).toEqual([undefined, undefined]);
    peer.channel.send({ type: "hello", id: "7" });
    await isProcessed();
    expect([receiver.id, receiver.name]).toEqual(["7", undefined]);
    peer.channel.send({ type: "hello", id: "7", name: "screen" });
    await isProcessed();
    expect([receiver.id, receiver.name]).toEqual(["7", "screen"]);
  });

  it("sends each change of the demand, and each refresh()", async () => {
    const { receiver, peer } = await connected();
    receiver.enableAudio();
    receiver.setDemand({ video: null, audio: {} });
    receiver.disableAudio();
    receiver.refresh();
    expect([await peer.next(), await peer.next()]).toMatchObject([{ type: "demand" }, { type: "credit" }]);
    expect(await peer.next()).toEqual({ type: "demand", video: {}, audio: {} });
    expect(await peer.next()).toEqual({ type: "demand", video: null, audio: {} });
    expect(await peer.next()).toEqual({ type: "demand", video: null, audio: null });
    expect(await peer.next()).toEqual({ type: "refresh" });
  });

  it("closes at the end of an `await using` block", async () => {
    const { receiver, peer } = await connected();
    {
      await using bound = receiver;
      expect(bound.isClosed).toBe(false);
    }
    expect(receiver.isClosed).toBe(true);
    expect(await receiver.closed).toEqual({ by: "us", code: "closed" });
    while (await peer.next());
    expect(await peer.channel.closed).toEqual({ by: "peer", code: "closed" });
  });
});

describe("BroadcastReceiver.samples()", () => {
  it("yields raw frames unchanged, each in its own ArrayBuffer", async () => {
    const { receiver, peer } = await connected();
    peer.frame({ ...videoFrame(5), rotation: 270 });
    const sample = await nextFrame(receiver.samples());
    expect(sample).toMatchObject({ ...videoFrame(5), rotation: 270 });
    const { data } = sample;
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, data.length]);
  });

  it("yields waiting audio in order before waiting video", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: { video: {}, audio: {} } });
    peer.frames(1);
    peer.audio(2, 3);
    await isProcessed();
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("audio 2");
    expect(await named(samples.next())).toBe("audio 3");
    expect(await named(samples.next())).toBe("image 1");
  });

  it("continues after the last sample that an earlier loop received", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: { video: {}, audio: {} } });
    peer.audio(1, 2, 3);
    await isProcessed();
    const seen: number[] = [];
    for await (const { timestamp } of receiver) {
      seen.push(timestamp);
      break;
    }
    peer.frames(4);
    for await (const { timestamp } of receiver.samples()) {
      seen.push(timestamp);
      if (timestamp === 4) break;
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(receiver.isClosed).toBe(false);
  });

  it("rejects next() with ERR_IPC_BUSY only while next() of another iterator is pending", async () => {
    const { receiver, peer, isProcessed } = await connected();
    const [first, second] = [receiver.samples(), receiver.samples()];
    const waiting = first.next();
    await expect(second.next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    peer.frames(1);
    expect(await named(waiting)).toBe("image 1");
    peer.frames(2);
    await isProcessed();
    expect(await named(second.next())).toBe("image 2");
  });

  it("rejects a pending next() with the signal's reason on abort, and keeps the next sample for another loop", async () => {
    const { receiver, peer } = await connected();
    const abort = new AbortController();
    const waiting = receiver.samples({ signal: abort.signal }).next();
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
  });

  it("keeps waiting samples for other loops if an iterator was aborted or returned", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: { video: {}, audio: {} } });
    peer.frames(1);
    await isProcessed();
    const aborted = receiver.samples({ signal: AbortSignal.abort() });
    await expect(aborted.next()).rejects.toMatchObject({ name: "AbortError" });
    const left = receiver.samples();
    await left.return?.();
    expect(await named(left.next())).toBe("done");
    peer.audio(2);
    await isProcessed();
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("audio 2");
    expect(await named(samples.next())).toBe("image 1");
  });

  it("resolves a pending next() as done when return() is called", async () => {
    const { receiver, peer } = await connected();
    const left = receiver.samples();
    const waiting = left.next();
    expect(await left.return?.()).toEqual({ done: true, value: undefined });
    expect(await named(waiting)).toBe("done");
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
  });
});

describe("BroadcastReceiver with an invalid uploader", () => {
  it("ignores messages of an unknown type", async () => {
    const { receiver, peer, failures } = await connected();
    for (const type of ["shout", "demand", "__proto__", "constructor"]) {
      peer.channel.send({ type, sequence: "junk" }, new Uint8Array(10));
    }
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
    expect(failures).toEqual([]);
    expect(receiver.stats().bytes).toBe(16 * 16 * 4);
  });

  it("emits a failure for each malformed message and delivers the next frame", async () => {
    const { receiver, peer, failures, isProcessed } = await connected();
    const malformed = [
      5,
      null,
      [],
      {},
      { type: null },
      { type: "hello" },
      { type: "hello", id: "a", clock: 5 },
      { type: "image" },
      { type: "image", sequence: -1, metadata: {} },
      { type: "image", sequence: 1.5, metadata: {} },
    ];
    for (const message of malformed) peer.channel.send(message);
    await isProcessed();
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
    expect(failures).toHaveLength(malformed.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
  });
});

describe("BroadcastReceiver: end of the connection", () => {
  it("yields the waiting samples before samples() ends when the uploader closes", async () => {
    const { receiver, peer } = await connected({ demand: { video: {}, audio: {} } });
    peer.audio(1, 2);
    peer.frames(3);
    await peer.next();
    await peer.channel.close();
    const seen: string[] = [];
    for await (const { type, timestamp } of receiver) seen.push(`${type} ${timestamp}`);
    expect(seen).toEqual(["audio 1", "audio 2", "image 3"]);
    expect(await receiver.closed).toEqual({ by: "peer", code: "closed" });
    expect(await named(receiver.samples().next())).toBe("done");
  });

  it("resolves a pending next() as done when the uploader closes", async () => {
    const { receiver, peer } = await connected();
    const waiting = receiver.samples().next();
    await peer.channel.close();
    expect(await named(waiting)).toBe("done");
  });

  it("yields the waiting samples and then rejects next() once if the peer sends invalid bytes", async () => {
    const { receiver, peer, isProcessed, far } = await connected();
    peer.frames(1);
    await isProcessed();
    far.write(Buffer.alloc(64, 0xab));
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("image 1");
    await expect(samples.next()).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect(await named(samples.next())).toBe("done");
    expect(await named(receiver.samples().next())).toBe("done");
    expect(await receiver.closed).toMatchObject({ by: "us", code: "error" });
  });

  it("drops waiting samples and resolves a pending next() as done on close()", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand: { video: {}, audio: {} } });
    const samples = receiver.samples();
    const held = samples.next();
    peer.frames(1);
    expect(await named(held)).toBe("image 1");
    peer.frames(2);
    peer.audio(3);
    await isProcessed();
    await Promise.all([receiver.close(), receiver.close()]);
    expect(await named(samples.next())).toBe("done");
    expect(receiver.stats()).toMatchObject({
      video: { received: 2, consumed: 1, dropped: 1, pending: 0 },
      audio: { received: 1, dropped: 1, pending: 0 },
    });
    expect(await receiver.closed).toEqual({ by: "us", code: "closed" });

    const { receiver: other } = await connected();
    const waiting = other.samples().next();
    let isEnded = false;
    other.closed.then(() => {
      isEnded = true;
    });
    await other.close();
    expect(isEnded).toBe(true);
    expect(await named(waiting)).toBe("done");
  });

  it("resolves next() as done after close(), even if the peer sent invalid bytes before", async () => {
    const { receiver, far } = await connected();
    far.write(Buffer.alloc(64, 0xab));
    await receiver.closed;
    await receiver.close();
    expect(await named(receiver.samples().next())).toBe("done");
  });

  it("accepts calls of all methods after close()", async () => {
    const { receiver, peer } = await connected();
    peer.frames(1);
    const sample = await nextFrame(receiver.samples());
    await receiver.close();
    sample[Symbol.dispose]();
    receiver.enableAudio();
    receiver.setDemand({ video: null, audio: null });
    receiver.refresh();
    await receiver.close();
    expect(receiver.stats().video).toMatchObject({ received: 1, consumed: 1, pending: 0 });
  });

  it("resolves next() as done if the channel was closed before over() was called", async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "accept" }),
      IPCChannel.over(far, { role: "connect" }),
    ]);
    await Promise.all([channel.close(), peer.close()]);
    const receiver = BroadcastReceiver.over(channel);
    expect(await named(receiver.samples().next())).toBe("done");
  });

  it("closes at once and rejects next() with ERR_IPC_BUSY if something else reads the channel", async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "accept" }),
      IPCChannel.over(far, { role: "connect" }),
    ]);
    channel.messages().next();
    const receiver = BroadcastReceiver.over(channel);
    await expect(receiver.samples().next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    expect(await receiver.closed).toEqual({ by: "us", code: "closed" });
    await peer.close();
  });
});

describe("BroadcastReceiver.over()", () => {
  it('emits the first "failure" to a listener that is added right after the call', async () => {
    const { receiver, peer } = await connected();
    const failure = once(receiver, "failure");
    peer.junk({});
    expect(await failure).toMatchObject([{ code: "ERR_IMAGE_INVALID_METADATA" }]);
  });
});
