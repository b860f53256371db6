import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { connected } from "./fixtures/hand-receiver.ts";
import { imageSample } from "./fixtures/samples.ts";

describe("BroadcastUploader.send() and messages()", () => {
  it("sends messages in order, as credit arrives", async () => {
    const { uploader, peer } = await connected();
    const sent = [1, 2, 3].map((data) => uploader.send("count", data, Uint8Array.of(data)));
    peer.channel.send({ type: "message-credit", messages: 2, bytes: 1000 });
    for (const data of [1, 2]) {
      const { header, payload } = await peer.next();
      expect(header).toEqual({ type: "message", name: "count", data });
      expect(payload).toEqual(Uint8Array.of(data));
    }
    await Promise.all(sent.slice(0, 2));
    peer.channel.send({ type: "message-credit", messages: 3, bytes: 1000 });
    expect((await peer.next()).header).toMatchObject({ data: 3 });
    await sent[2];
  });

  it("yields messages in order while video is sent", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    peer.credit(1);
    for (const data of ["a", "b"]) peer.channel.send({ type: "message", name: "key", data });
    const messages = uploader.messages();
    expect(await messages.next()).toEqual({
      done: false,
      value: { type: "key", data: "a", payload: undefined },
    });
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    expect(await messages.next()).toMatchObject({ value: { data: "b" } });
  });

  it("yields messages of claimed types to their reader only, waiting ones included", async () => {
    const { uploader, peer, isProcessed } = await connected();
    const send = (name: string, data: number) => peer.channel.send({ type: "message", name, data });
    send("input", 1);
    send("key", 2);
    await isProcessed();
    const inputs = uploader.messages({ types: ["input"] });
    send("input", 3);
    send("key", 4);
    const keys = uploader.messages();
    expect([await keys.next(), await keys.next()]).toMatchObject([
      { value: { type: "key", data: 2 } },
      { value: { type: "key", data: 4 } },
    ]);
    expect([await inputs.next(), await inputs.next()]).toMatchObject([
      { value: { type: "input", data: 1 } },
      { value: { type: "input", data: 3 } },
    ]);
    expect(() => uploader.messages({ types: ["input", "key"] })).toThrow(RangeError);
    const ended = inputs.next();
    await uploader.close();
    expect(await ended).toEqual({ done: true, value: undefined });
  });

  it("grants more credit as messages of a claimed type are taken", async () => {
    const { uploader, peer } = await connected();
    const inputs = uploader.messages({ types: ["input"] });
    for (let round = 0; round < 6; round++) {
      for (let data = 0; data < 100; data++) peer.channel.send({ type: "message", name: "input", data });
      for (let data = 0; data < 100; data++) expect((await inputs.next()).value).toMatchObject({ data });
    }
  });

  it("rejects waiting messages on close(), and ends messages()", async () => {
    const { uploader } = await connected();
    const waiting = uploader.send("count", 1);
    const next = uploader.messages().next();
    await uploader.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    await expect(uploader.send("count", 2)).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it("drops messages without credit and emits ERR_PROTOCOL_NO_CREDIT", async () => {
    const { uploader, peer } = await connected();
    const failure = once(uploader, "failure");
    for (let data = 0; data < 257; data++) peer.channel.send({ type: "message", name: "n", data });
    expect(await failure).toMatchObject([{ code: "ERR_PROTOCOL_NO_CREDIT" }]);
    const messages = uploader.messages();
    for (let data = 0; data < 256; data++) expect((await messages.next()).value.data).toBe(data);
  });

  it("rejects a message that MessagePack cannot encode, and sends the next message", async () => {
    const { uploader, peer } = await connected();
    peer.channel.send({ type: "message-credit", messages: 1, bytes: 1000 });
    await expect(uploader.send("bad", 2n ** 70n)).rejects.toMatchObject({
      code: "ERR_IPC_INVALID_HEADER",
    });
    await expect(uploader.send(5 as never)).rejects.toBeInstanceOf(TypeError);
    await uploader.send("good", 1);
    expect((await peer.next()).header).toMatchObject({ name: "good" });
  });
});
