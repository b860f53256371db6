import { once } from "node:events";
import { describe, expect, expectTypeOf, it } from "vitest";
import { numberSchema } from "../../../tests/support/number-schema.ts";
import { BroadcastUploader, FanOut, type FanOutTarget } from "../src/index.ts";
import { fannedOut, type Target, target } from "./fixtures/fan-out.ts";

const turn = () => new Promise(setImmediate);

function grant({ peer }: Target, messages: number): void {
  peer.channel.send({ type: "message-credit", messages, bytes: 2 ** 40 });
}

function sendTo({ peer }: Target, name: string, data: number): Promise<void> {
  return peer.channel.send({ type: "message", name, data });
}

/** Reads the data of the next messages. */
async function read(messages: AsyncIterator<{ readonly data: unknown }>, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  while (seen.length < count) seen.push((await messages.next()).value?.data);
  return seen;
}

describe("FanOut.send()", () => {
  it("sends a message to all targets, and resolves when the first has written it", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    grant(viewer, 2);
    await fanOut.send("title", { text: "a page" }, Uint8Array.of(1));
    await fanOut.send("icon");
    grant(recorder, 2);
    for (const { peer } of [viewer, recorder]) {
      const { header, payload } = await peer.next();
      expect(header).toEqual({ type: "message", name: "title", data: { text: "a page" } });
      expect(payload).toEqual(Uint8Array.of(1));
      expect((await peer.next()).header).toEqual({ type: "message", name: "icon" });
    }
  });

  it("continues without a target that has ended, and rejects with ERR_IPC_CLOSED after all have", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const waiting = fanOut.send("waiting");
    await recorder.uploader.close();
    grant(viewer, 2);
    await waiting;
    await fanOut.send("next");
    await fanOut.close();
    await expect(fanOut.send("late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  });

  it("rejects a message that no target can send with the error of a target", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    grant(viewer, 1);
    grant(recorder, 1);
    await expect(fanOut.send("bad", 2n ** 70n)).rejects.toMatchObject({ code: "ERR_IPC_INVALID_HEADER" });
    await expect(fanOut.send(5 as never)).rejects.toBeInstanceOf(TypeError);
    await recorder.uploader.close();
    await expect(fanOut.send("bad", 2n ** 70n)).rejects.toMatchObject({ code: "ERR_IPC_INVALID_HEADER" });
  });

  it("leaves out messages for a target at which 256 wait, and reports that once until they are written", async () => {
    const { fanOut, viewer, recorder, failures } = await fannedOut();
    grant(viewer, 1000);
    const count = 300;
    for (let data = 0; data < count; data++) await fanOut.send("n", data);
    for (let data = 0; data < count; data++)
      expect((await viewer.peer.next()).header).toMatchObject({ data });
    expect(failures).toMatchObject([[{ code: "ERR_UPLOAD_TOO_MANY_MESSAGES" }, "recorder"]]);
    grant(recorder, 1000);
    for (let data = 0; data < 256; data++) {
      expect((await recorder.peer.next()).header).toMatchObject({ data });
    }
    await turn();
    await fanOut.send("n", count);
    expect((await recorder.peer.next()).header).toMatchObject({ data: count });
  });

  it("leaves out messages for a target at which 4 MiB of payloads wait", async () => {
    const { fanOut, viewer, failures } = await fannedOut();
    grant(viewer, 1000);
    const payload = new Uint8Array(2 * 1024 * 1024);
    for (let index = 0; index < 3; index++) {
      await Promise.all([fanOut.send("large", index, payload), viewer.peer.next()]);
    }
    expect(failures).toMatchObject([[{ code: "ERR_UPLOAD_TOO_MANY_MESSAGES" }, "recorder"]]);
  });

  it("rejects if too many messages wait for every target", async () => {
    const { fanOut } = await fannedOut();
    const waiting = Array.from({ length: 256 }, () => fanOut.send("n"));
    await expect(fanOut.send("n")).rejects.toMatchObject({ code: "ERR_UPLOAD_TOO_MANY_MESSAGES" });
    await fanOut.close();
    for (const sent of waiting) await expect(sent).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  });
});

describe("FanOut.messages()", () => {
  it("yields the messages of all targets in the order in which they arrive", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const messages = fanOut.messages();
    const targets = [viewer, recorder, recorder, viewer, viewer, recorder];
    for (const [index, target] of targets.entries()) {
      const next = messages.next();
      sendTo(target, "n", index);
      expect((await next).value).toEqual({ type: "n", data: index, payload: undefined });
    }
  });

  it("keeps the order of messages that wait for the reader", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const messages = fanOut.messages();
    for (let index = 0; index < 30; index++) {
      const target = index % 3 === 0 ? viewer : recorder;
      sendTo(target, "n", index);
      // The uploader reports this message as invalid after it has processed the earlier one.
      target.peer.channel.send({ type: "credit", through: "processed" } as never);
      await once(fanOut, "failure");
    }
    expect(await read(messages, 30)).toEqual([...Array(30).keys()]);
  });

  it("loses no message when a loop is left or aborted", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const seen: unknown[] = [];
    for (let index = 0; index < 20; index++) sendTo(index % 2 ? viewer : recorder, "n", index);
    for (let loop = 0; loop < 5; loop++) {
      for await (const { data } of fanOut.messages()) if (seen.push(data) % 4 === 0) break;
    }
    expect(new Set(seen)).toEqual(new Set(Array(20).keys()));
    const abort = new AbortController();
    const aborted = fanOut.messages({ signal: abort.signal }).next();
    abort.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    sendTo(viewer, "n", 20);
    expect(await read(fanOut.messages(), 1)).toEqual([20]);
  });

  it("claims types at all targets, also at those that are added later", async () => {
    const { fanOut, viewer } = await fannedOut();
    const inputs = fanOut.messages({ types: ["input", "key"] });
    const late = await target();
    sendTo(late, "input", 1);
    sendTo(late, "other", 2);
    fanOut.add("late", late.uploader);
    expect(await read(inputs, 1)).toEqual([1]);
    sendTo(viewer, "input", 3);
    expect(await read(fanOut.messages({ types: ["key", "input", "key"] }), 1)).toEqual([3]);
    expect(await read(fanOut.messages(), 1)).toEqual([2]);
    expect(() => fanOut.messages({ types: ["input"] })).toThrow(RangeError);
    expect(() => fanOut.messages({ types: [] })).toThrow(RangeError);
  });

  it("grants a target no more credit while nobody reads, and all of its messages arrive", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const messages = fanOut.messages();
    let granted = 0;
    const reading = (async () => {
      for await (const { header } of viewer.peer.channel) {
        if (header.type === "message-credit") granted = (header as unknown as { messages: number }).messages;
      }
    })();
    let sent = 0;
    for (let idle = 0; idle < 50; idle++) {
      await turn();
      for (; sent < granted; sent++) {
        idle = 0;
        await sendTo(viewer, "n", sent);
      }
    }
    // The fan-out holds 256 messages and the one that exceeds the bound, and the uploader at most a window of 256.
    expect(sent).toBeGreaterThanOrEqual(256);
    expect(sent).toBeLessThanOrEqual(257 + 256);
    sendTo(recorder, "n", -1);
    const all = await read(messages, sent + 1);
    expect(all.filter((data) => data !== -1)).toEqual([...Array(sent).keys()]);
    await fanOut.close();
    await reading;
  });

  it("ends after all targets have ended and all messages are read", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const messages = fanOut.messages();
    await sendTo(viewer, "n", 1);
    await viewer.peer.channel.close();
    await viewer.uploader.closed;
    await sendTo(recorder, "n", 2);
    await recorder.peer.channel.close();
    await fanOut.closed;
    expect(await read(messages, 2)).toEqual([1, 2]);
    expect(await messages.next()).toEqual({ done: true, value: undefined });
    expect(await fanOut.messages({ types: ["late"] }).next()).toEqual({ done: true, value: undefined });
  });

  it("reports ERR_IPC_BUSY if a target's messages are read elsewhere, and reads the other targets", async () => {
    const { fanOut, viewer, recorder, failures } = await fannedOut();
    const own = viewer.uploader.messages().next();
    const messages = fanOut.messages();
    sendTo(recorder, "n", 1);
    expect(await read(messages, 1)).toEqual([1]);
    sendTo(viewer, "n", 2);
    expect((await own).value).toMatchObject({ data: 2 });
    expect(failures).toMatchObject([[{ code: "ERR_IPC_BUSY" }, "viewer"]]);
  });

  it("types the messages, and a target may have messageSchemas", () => {
    // This function is never called. The compiler checks it.
    async function typed(fanOut: FanOut) {
      for await (const message of fanOut.messages({ types: ["input"] })) {
        expectTypeOf(message.type).toEqualTypeOf<"input">();
        expectTypeOf(message.data).toEqualTypeOf<unknown>();
      }
      const messageSchemas = { count: numberSchema().schema };
      return new FanOut({ viewer: await BroadcastUploader.connect("path", { messageSchemas }) });
    }
    expectTypeOf(typed).returns.toEqualTypeOf<Promise<FanOut>>();
    expectTypeOf<BroadcastUploader>().toExtend<FanOutTarget>();
  });
});
