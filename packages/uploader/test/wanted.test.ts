import { getEventListeners, once } from "node:events";
import { describe, expect, it } from "vitest";
import { connected } from "./fixtures/hand-receiver.ts";

const emptyDemand = { video: null, audio: null };

describe("BroadcastUploader.wanted()", () => {
  it("resolves with the demand at once while video or audio is wanted", async () => {
    const { uploader, peer } = await connected();
    for (const [video, audio] of [
      [{ maxFps: 5 }, null],
      [null, {}],
    ]) {
      const emitted = once(uploader, "demand");
      peer.demand(video, audio);
      await emitted;
      expect(await uploader.wanted()).toEqual({ video, audio });
    }
  });

  it("waits for the first demand that is not empty", async () => {
    const { uploader, peer, isProcessed } = await connected();
    let isWanted = false;
    const wanted = uploader.wanted().then((demand) => {
      isWanted = true;
      return demand;
    });
    await isProcessed();
    peer.demand(null);
    await isProcessed();
    expect(isWanted).toBe(false);
    peer.demand({});
    expect(await wanted).toEqual({ video: {}, audio: null });
  });

  it("waits until samples of the given type are wanted", async () => {
    const { uploader, peer, isProcessed } = await connected();
    let isWanted = false;
    const wanted = uploader.wanted({ type: "image" }).then(() => {
      isWanted = true;
    });
    peer.demand(null, {});
    await uploader.wanted({ type: "audio" });
    await isProcessed();
    expect(isWanted).toBe(false);
    peer.demand({}, {});
    await wanted;
    await uploader.wanted({ type: "image" });
    await expect(uploader.wanted({ type: "video" as never })).rejects.toBeInstanceOf(RangeError);
  });

  it("rejects with the signal's reason if the signal is aborted before or after the call", async () => {
    const { uploader, peer } = await connected();
    const abort = new AbortController();
    const waiting = uploader.wanted({ signal: abort.signal });
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    peer.demand({});
    await uploader.wanted();
    await expect(uploader.wanted({ signal: abort.signal })).rejects.toBe(reason);
  });

  it("removes its listeners from the signal and the uploader when the promise settles", async () => {
    const { uploader, peer } = await connected();
    const { signal } = new AbortController();
    const listeners = uploader.eventNames().length;
    const waiting = Array.from({ length: 5 }, () => uploader.wanted({ signal }));
    peer.demand({});
    await Promise.all(waiting);
    for (let count = 0; count < 50; count++) await uploader.wanted({ signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(uploader.eventNames().length).toBe(listeners);
    peer.demand(null);
    await once(uploader, "demand");
    const rejected = uploader.wanted({ signal });
    await uploader.close();
    await expect(rejected).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("rejects pending and later calls with ERR_IPC_CLOSED as soon as close() is called", async () => {
    const { uploader } = await connected();
    const waiting = uploader.wanted();
    const closing = uploader.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    await expect(uploader.wanted()).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    await closing;
  });

  it("rejects with ERR_IPC_CLOSED when the peer closes and the uploader does not reconnect", async () => {
    const { uploader, peer } = await connected();
    const waiting = uploader.wanted();
    await peer.channel.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  });

  it("causes no unhandledRejection if the promise is not awaited", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    try {
      const { uploader } = await connected();
      uploader.wanted();
      await uploader.close();
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });
});

describe('BroadcastUploader: "demand" when the connection ends', () => {
  it('emits one empty demand before "disconnect" when the receiver disconnects', async () => {
    const { uploader, peer } = await connected();
    const events: unknown[] = [];
    uploader.on("demand", (demand) => events.push(demand));
    uploader.on("disconnect", () => events.push("disconnect"));
    peer.demand({}, {});
    await once(uploader, "demand");
    const disconnect = once(uploader, "disconnect");
    await peer.channel.close();
    await disconnect;
    expect(uploader.demand).toBeUndefined();
    await uploader.closed;
    await uploader.close();
    expect(events).toEqual([{ video: {}, audio: {} }, emptyDemand, "disconnect"]);
  });

  it("emits one empty demand when close() is called", async () => {
    const { uploader, peer } = await connected();
    const events: unknown[] = [];
    uploader.on("demand", (demand) => events.push(demand));
    peer.demand({});
    await once(uploader, "demand");
    const closing = uploader.close();
    expect(uploader.demand).toBeUndefined();
    peer.demand({ maxFps: 1 });
    await closing;
    expect(events).toEqual([{ video: {}, audio: null }, emptyDemand]);
  });

  it("emits no demand if the last demand was empty or no demand had arrived", async () => {
    for (const demand of [undefined, emptyDemand]) {
      const { uploader, peer } = await connected();
      const events: unknown[] = [];
      uploader.on("demand", (demand) => events.push(demand));
      if (demand) {
        peer.demand(demand.video, demand.audio);
        await once(uploader, "demand");
      }
      const disconnect = once(uploader, "disconnect");
      await peer.channel.close();
      await disconnect;
      expect(events).toEqual(demand ? [demand] : []);
    }
  });
});
