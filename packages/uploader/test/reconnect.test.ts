import { once } from "node:events";
import { IPCChannel, type ListenOptions } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BroadcastUploader, type ConnectOptions } from "../src/index.ts";
import { HandReceiver, type Header } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample } from "./fixtures/samples.ts";
import { socketInTempDir } from "./fixtures/socket-in-temp-dir.ts";

async function accept(path: string, options: ListenOptions<Header> = {}): Promise<HandReceiver> {
  const peer = new HandReceiver(
    await IPCChannel.accept<Header, unknown>(path, { closeTimeout: 50, ...options }),
  );
  onTestFinished(() => peer.channel.close());
  return peer;
}

async function connect(options: ConnectOptions & { token?: string } = {}) {
  const path = await socketInTempDir();
  const { token } = options;
  const [uploader, peer] = await Promise.all([
    BroadcastUploader.connect(path, { closeTimeout: 50, ...options }),
    accept(path, { token }),
  ]);
  const failures: unknown[] = [];
  uploader.on("failure", (error) => failures.push(error));
  onTestFinished(() => uploader.close());
  return { path, uploader, peer, failures };
}

/** Uploads one frame, which the receiver reads before it closes. */
async function readOneAndClose(uploader: BroadcastUploader, peer: HandReceiver): Promise<void> {
  peer.demand({}, {});
  peer.credit(5);
  expect(await uploader.upload(imageSample(1))).toBe("sent");
  expect(await peer.frames(1)).toEqual([[1, 1]]);
  const disconnect = once(uploader, "disconnect");
  await peer.channel.close();
  await disconnect;
}

describe("BroadcastUploader when its receiver closes", () => {
  it("keeps claimed types and their unread messages for the next receiver", async () => {
    const { path, uploader, peer } = await connect({ messageSchemas: {} });
    const inputs = uploader.messages({ types: ["input"] });
    peer.channel.send({ type: "message", name: "input", data: 1 });
    expect((await inputs.next()).value).toMatchObject({ data: 1 });
    peer.channel.send({ type: "message", name: "input", data: 2 });
    const connected = once(uploader, "connect");
    await peer.channel.close();
    const next = await accept(path);
    await connected;
    next.channel.send({ type: "message", name: "input", data: 3 });
    const again = uploader.messages({ types: ["input"] });
    expect([await again.next(), await again.next()]).toMatchObject([
      { value: { data: 2 } },
      { value: { data: 3 } },
    ]);
  });

  it("sends the newest frame to the next receiver at once", async () => {
    const { path, uploader, peer, failures } = await connect({ name: "screen" });
    const kept = imageSample(1);
    peer.demand({}, {});
    peer.credit(1);
    expect(await uploader.upload(kept)).toBe("sent");
    await peer.frames(1);
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    expect(await disconnect).toEqual([{ by: "peer", code: "closed" }]);
    expect(uploader.demand).toBeUndefined();
    expect(uploader.isClosed).toBe(false);
    expect(kept.disposals).toBe(0);

    const connected = once(uploader, "connect");
    const next = await accept(path);
    await connected;
    next.demand({});
    next.credit(1);
    expect(await next.frames(1)).toEqual([[1, 1]]);
    expect(next.hello).toEqual(peer.hello);
    expect(uploader.stats()).toMatchObject({ connections: 2, video: { captured: 1, sent: 1 } });
    expect(failures).toEqual([]);
  });

  it("emits one empty demand, and then the next receiver's demand", async () => {
    const { path, uploader, peer } = await connect();
    const demands: unknown[] = [];
    uploader.on("demand", (demand) => demands.push(demand));
    await readOneAndClose(uploader, peer);
    expect(demands).toEqual([
      { video: {}, audio: {} },
      { video: null, audio: null },
    ]);
    const wanted = uploader.wanted();
    const next = await accept(path);
    const emitted = once(uploader, "demand");
    next.demand({ maxFps: 5 });
    await emitted;
    expect(await wanted).toEqual({ video: { maxFps: 5 }, audio: null });
    expect(uploader.demand).toEqual({ video: { maxFps: 5 }, audio: null });
    expect(demands).toHaveLength(3);
  });

  it("counts resent frames as repeated, and sums the consumed frames of both receivers", async () => {
    const { path, uploader, peer } = await connect();
    peer.demand({});
    peer.credit(1);
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    await peer.frames(1);
    peer.credit(2, 1);
    peer.channel.send({ type: "refresh" });
    await peer.frames(1);
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    await disconnect;
    const next = await accept(path);
    next.demand({});
    next.credit(1);
    await next.frames(1);
    next.credit(2, 1);
    expect(await uploader.upload(imageSample(2))).toBe("sent");
    await next.frames(1);
    expect(uploader.stats().video).toMatchObject({
      captured: 2,
      sent: 2,
      encoded: 4,
      repeated: 2,
      consumed: 2,
      pending: 0,
    });
  });

  it("keeps the newest frame for the next receiver, but no audio", async () => {
    const { path, uploader, peer } = await connect();
    await readOneAndClose(uploader, peer);
    const outcomes = [uploader.upload(imageSample(2)), uploader.upload(imageSample(3))];
    expect(await uploader.upload(audioSample(4))).toBe("unwanted");
    expect(await outcomes[0]).toBe("replaced");
    const next = await accept(path);
    next.demand({});
    next.credit(2);
    expect(await next.frames(1)).toEqual([[1, 3]]);
    expect(await outcomes[1]).toBe("sent");
  });

  it('sends unconsumed frames to the next receiver with `delivery: "all"`', async () => {
    const { path, uploader, peer } = await connect();
    peer.demand({ delivery: "all" });
    peer.credit(3);
    await once(uploader, "demand");
    const outcomes = [1, 2, 3, 4].map((timestamp) => uploader.upload(imageSample(timestamp)));
    await peer.frames(3);
    peer.credit(3, 1);
    expect(await outcomes[0]).toBe("sent");
    await peer.channel.close();
    const next = await accept(path);
    next.demand({ delivery: "all" });
    next.credit(9);
    expect(await next.frames(3)).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    next.credit(9, 3);
    expect(await Promise.all(outcomes)).toEqual(["sent", "sent", "sent", "sent"]);
  });

  it("closes with `reconnect: false`", async () => {
    const { uploader, peer } = await connect({ reconnect: false });
    await readOneAndClose(uploader, peer);
    expect(await uploader.closed).toEqual({ by: "peer", code: "closed" });
    expect(await uploader.upload(imageSample(2))).toBe("closed");
  });

  it("closes with an ERR_IPC_TIMEOUT failure after `reconnect.giveUpAfter`", async () => {
    const { uploader, peer } = await connect({ reconnect: { giveUpAfter: 49.5 } });
    const failure = once(uploader, "failure");
    await readOneAndClose(uploader, peer);
    const waiting = uploader.upload(imageSample(2));
    expect(await uploader.closed).toEqual({ by: "peer", code: "closed" });
    expect(await waiting).toBe("closed");
    expect(await failure).toMatchObject([{ code: "ERR_IPC_TIMEOUT" }]);
  });

  it("closes with ERR_IPC_UNAUTHORIZED if the next receiver has another token", async () => {
    const { path, uploader, peer } = await connect({ token: "sixteen bytes, 1" });
    await readOneAndClose(uploader, peer);
    const abort = new AbortController();
    accept(path, { token: "sixteen bytes, 2", signal: abort.signal }).catch(() => {});
    const reason = await uploader.closed;
    expect(reason).toMatchObject({ code: "error", error: { code: "ERR_IPC_UNAUTHORIZED" } });
    abort.abort();
  });

  it("does not wait for the next receiver on close()", async () => {
    const { path, uploader, peer } = await connect();
    await readOneAndClose(uploader, peer);
    await uploader.close();
    expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
    const abort = new AbortController();
    const next = IPCChannel.accept(path, { signal: abort.signal });
    abort.abort();
    await expect(next).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    "closes a new connection if close() is called %i microtasks after connect()",
    async (turns) => {
      const { path, uploader, peer } = await connect();
      const dial = IPCChannel.connect.bind(IPCChannel);
      const closed = new Promise<void>((resolve) => {
        vi.spyOn(IPCChannel, "connect").mockImplementationOnce(async (...args) => {
          const channel = await dial(...args);
          let later = Promise.resolve();
          for (let turn = 0; turn < turns; turn++) later = later.then(() => {});
          later.then(() => uploader.close()).then(resolve);
          return channel;
        });
      });
      await readOneAndClose(uploader, peer);
      const next = await accept(path);
      await closed;
      expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
      await next.end();
    },
  );

  it("stops sending when the receiver closes, even if the receiver granted credit for 1e9 frames", async () => {
    const { path, uploader, peer } = await connect();
    peer.demand({});
    peer.credit(1e9);
    let isOver = false;
    const capturing = (async () => {
      while (!isOver) await uploader.upload(imageSample(1));
    })();
    await peer.frames(10);
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    await disconnect;
    const next = await accept(path);
    isOver = true;
    next.demand({});
    next.credit(9);
    await next.frames(1);
    await capturing;
  });

  it("sends messages that waited for credit to the next receiver", async () => {
    const { path, uploader, peer } = await connect();
    peer.channel.send({ type: "message-credit", messages: 1, bytes: 2 ** 30 });
    peer.demand({});
    await once(uploader, "demand");
    // The payload exceeds the buffers of the kernel and of the peer's channel, so send() stays pending.
    const stuck = uploader.send("stuck", 0, new Uint8Array(32 << 20));
    const waiting = [1, 2, 3].map((number) => uploader.send("waiting", number));
    await peer.channel.close();
    await expect(stuck).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    const next = await accept(path);
    next.channel.send({ type: "message-credit", messages: 9, bytes: 2 ** 30 });
    for (const data of [1, 2, 3]) {
      expect((await next.next()).header).toEqual({ type: "message", name: "waiting", data });
    }
    await Promise.all(waiting);
  });
});
