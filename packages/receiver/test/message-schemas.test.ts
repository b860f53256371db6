import { describe, expect, it } from "vitest";
import { numberSchema } from "../../../tests/support/number-schema.ts";
import { connected } from "./fixtures/hand-uploader.ts";

const { schema: number } = numberSchema();

describe("BroadcastReceiver with messageSchemas", () => {
  it("drops messages that fail their schema or have an unlisted type, and delivers the next message", async () => {
    const { receiver, peer, failures } = await connected({ messageSchemas: { count: number } });
    peer.channel.send({ type: "message", name: "count", data: "one" });
    peer.channel.send({ type: "message", name: "other", data: 1 });
    peer.channel.send({ type: "message", name: "count", data: 2 }, Uint8Array.of(2));
    const next = await receiver.messages().next();
    expect(next.value).toEqual({ type: "count", data: 2, payload: Uint8Array.of(2) });
    await new Promise(setImmediate);
    expect(failures).toMatchObject([
      { code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" },
    ]);
  });

  it("sends one failure message to the uploader for each reason why messages are refused", async () => {
    const { peer } = await connected({ messageSchemas: { count: number } });
    const failure = async () => {
      for (;;) {
        const message = await peer.nextOfAny();
        if (message?.type === "failure") return message;
      }
    };
    for (const data of ["one", "two"]) peer.channel.send({ type: "message", name: "count", data });
    peer.channel.send({ type: "message", name: "other" });
    expect(await failure()).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
    expect(await failure()).toMatchObject({ code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" });
  });

  it("returns the credit of refused messages", async () => {
    const { receiver, peer, failures } = await connected({ messageSchemas: { count: number } });
    let [granted, sent] = [0, 0];
    while (sent < 600) {
      const message = await peer.nextOfAny();
      if (message?.type === "message-credit") granted = message.messages;
      for (; sent < Math.min(granted, 600); sent++) {
        peer.channel.send({ type: "message", name: "count", data: "no number" });
      }
    }
    peer.channel.send({ type: "message", name: "count", data: 7 });
    expect((await receiver.messages().next()).value).toMatchObject({ data: 7 });
    expect(failures.every((error) => error.code !== "ERR_PROTOCOL_NO_CREDIT")).toBe(true);
  });

  it("keeps the order with asynchronous schemas, and ends messages() after all pending checks", async () => {
    const { schema, answer } = numberSchema(true);
    const { receiver, peer, isProcessed } = await connected({
      messageSchemas: { count: number, slow: schema },
    });
    peer.channel.send({ type: "message", name: "slow", data: 1 });
    peer.channel.send({ type: "message", name: "count", data: 2 });
    peer.channel.send({ type: "message", name: "slow", data: 3 });
    await isProcessed();
    expect(receiver.stats().messages).toEqual({ pending: 3 });
    await peer.channel.close();
    await receiver.closed;
    answer();
    const seen: unknown[] = [];
    for await (const { data } of receiver.messages()) seen.push(data);
    expect(seen).toEqual([1, 2, 3]);
  });

  it("does not delay close() for a schema that never settles", async () => {
    const { schema } = numberSchema(true);
    const { receiver, peer, isProcessed } = await connected({ messageSchemas: { slow: schema } });
    peer.channel.send({ type: "message", name: "slow", data: 1 });
    await isProcessed();
    const next = receiver.messages().next();
    await receiver.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it("copies the schemas, so later changes by the caller have no effect", async () => {
    const messageSchemas: Record<string, typeof number> = { count: number };
    const { receiver, peer } = await connected({ messageSchemas });
    delete messageSchemas.count;
    peer.channel.send({ type: "message", name: "count", data: 1 });
    expect((await receiver.messages().next()).value).toMatchObject({ data: 1 });
  });
});
