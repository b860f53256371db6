import { once } from "node:events";
import { duplexPair } from "node:stream";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it } from "vitest";
import { BroadcastReceiver, type ReceivedImageSample, type Sample } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

/** Type and timestamp of the next sample. */
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
  it("first sends its demand, then credit for one frame", async () => {
    const { peer } = await connected();
    expect(await peer.next()).toEqual({ type: "demand", video: {}, audio: null });
    expect(await peer.next()).toEqual({ type: "credit", through: 1, consumed: 0 });
  });

  it("sends the option demand", async () => {
    const { peer } = await connected({ demand: { video: null, audio: {} } });
    expect(await peer.next()).toEqual({ type: "demand", video: null, audio: {} });
  });

  it("takes name and id from the uploader's hello", async () => {
    const { receiver, peer, isHeard } = await connected();
    expect([receiver.id, receiver.name]).toEqual([undefined, undefined]);
    peer.channel.send({ type: "hello", id: "7" });
    await isHeard();
    expect([receiver.id, receiver.name]).toEqual(["7", undefined]);
    peer.channel.send({ type: "hello", id: "7", name: "screen" });
    await isHeard();
    expect([receiver.id, receiver.name]).toEqual(["7", "screen"]);
  });

  it("sends each change of the demand, and refresh()", async () => {
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

  it("closes at the end of a block with `await using`", async () => {
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

describe("samples()", () => {
  it("hands out raw frames unchanged, each in an ArrayBuffer of its own", async () => {
    const { receiver, peer } = await connected();
    peer.frame({ ...videoFrame(5), rotation: 270 });
    const sample = await nextFrame(receiver.samples());
    expect(sample).toMatchObject({ ...videoFrame(5), rotation: 270 });
    const { data } = sample;
    expect([data.byteOffset, data.buffer.byteLength]).toEqual([0, data.length]);
  });

  it("hands out waiting audio before video, each in order", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: { video: {}, audio: {} } });
    peer.frames(1);
    peer.audio(2, 3);
    await isHeard();
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("audio 2");
    expect(await named(samples.next())).toBe("audio 3");
    expect(await named(samples.next())).toBe("image 1");
  });

  it("continues where another loop was left", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: { video: {}, audio: {} } });
    peer.audio(1, 2, 3);
    await isHeard();
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

  it("rejects next() with ERR_IPC_BUSY only while another iterator is waiting", async () => {
    const { receiver, peer, isHeard } = await connected();
    const [first, second] = [receiver.samples(), receiver.samples()];
    const waiting = first.next();
    await expect(second.next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    peer.frames(1);
    expect(await named(waiting)).toBe("image 1");
    peer.frames(2);
    await isHeard();
    expect(await named(second.next())).toBe("image 2");
  });

  it("rejects a pending next() with the signal's reason on abort, and loses no sample", async () => {
    const { receiver, peer } = await connected();
    const abort = new AbortController();
    const waiting = receiver.samples({ signal: abort.signal }).next();
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
  });

  it("takes no sample for an aborted iterator or one that was left", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: { video: {}, audio: {} } });
    peer.frames(1);
    await isHeard();
    const aborted = receiver.samples({ signal: AbortSignal.abort() });
    await expect(aborted.next()).rejects.toMatchObject({ name: "AbortError" });
    const left = receiver.samples();
    await left.return?.();
    expect(await named(left.next())).toBe("done");
    peer.audio(2);
    await isHeard();
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("audio 2");
    expect(await named(samples.next())).toBe("image 1");
  });

  it("ends a pending next() when its loop is left", async () => {
    const { receiver, peer } = await connected();
    const left = receiver.samples();
    const waiting = left.next();
    expect(await left.return?.()).toEqual({ done: true, value: undefined });
    expect(await named(waiting)).toBe("done");
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
  });
});

describe("BroadcastReceiver: messages from the uploader", () => {
  it("are skipped if their type is unknown", async () => {
    const { receiver, peer, failures } = await connected();
    for (const type of ["shout", "demand", "__proto__", "constructor"]) {
      peer.channel.send({ type, sequence: "junk" }, new Uint8Array(10));
    }
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
    expect(failures).toEqual([]);
    expect(receiver.stats().bytes).toBe(16 * 16 * 4);
  });

  it("cause a failure if they are malformed, and nothing else changes", async () => {
    const { receiver, peer, failures, isHeard } = await connected();
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
    await isHeard();
    peer.frames(1);
    expect(await named(receiver.samples().next())).toBe("image 1");
    expect(failures).toHaveLength(malformed.length);
    for (const failure of failures) expect(failure).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
  });
});

describe("BroadcastReceiver: end of the connection", () => {
  it("follows the waiting samples if the uploader closes", async () => {
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

  it("ends a pending next()", async () => {
    const { receiver, peer } = await connected();
    const waiting = receiver.samples().next();
    await peer.channel.close();
    expect(await named(waiting)).toBe("done");
  });

  it("rejects next() once after the waiting samples if the connection broke", async () => {
    const { receiver, peer, isHeard, far } = await connected();
    peer.frames(1);
    await isHeard();
    far.write(Buffer.alloc(64, 0xab));
    const samples = receiver.samples();
    expect(await named(samples.next())).toBe("image 1");
    await expect(samples.next()).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect(await named(samples.next())).toBe("done");
    expect(await named(receiver.samples().next())).toBe("done");
    expect(await receiver.closed).toMatchObject({ by: "us", code: "error" });
  });

  it("drops the waiting samples and ends a pending next() after close()", async () => {
    const { receiver, peer, isHeard } = await connected({ demand: { video: {}, audio: {} } });
    const samples = receiver.samples();
    const held = samples.next();
    peer.frames(1);
    expect(await named(held)).toBe("image 1");
    peer.frames(2);
    peer.audio(3);
    await isHeard();
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

  it("finishes next() without an error after close(), even if the connection broke before", async () => {
    const { receiver, far } = await connected();
    far.write(Buffer.alloc(64, 0xab));
    await receiver.closed;
    await receiver.close();
    expect(await named(receiver.samples().next())).toBe("done");
  });

  it("leaves all methods callable", async () => {
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

  it("may have happened before the receiver was made", async () => {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "accept" }),
      IPCChannel.over(far, { role: "connect" }),
    ]);
    await Promise.all([channel.close(), peer.close()]);
    const receiver = BroadcastReceiver.over(channel);
    expect(await named(receiver.samples().next())).toBe("done");
  });

  it("comes at once with ERR_IPC_BUSY if the channel has another reader", async () => {
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

describe("BroadcastReceiver: event listener", () => {
  it("hears the first failure if it is added right after the receiver is made", async () => {
    const { receiver, peer } = await connected();
    const failure = once(receiver, "failure");
    peer.junk({});
    expect(await failure).toMatchObject([{ code: "ERR_IMAGE_INVALID_METADATA" }]);
  });
});
