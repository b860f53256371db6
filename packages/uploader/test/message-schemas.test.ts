import { once } from "node:events";
import { describe, expect, expectTypeOf, it } from "vitest";
import { numberSchema } from "../../../tests/support/number-schema.ts";
import { BroadcastUploader, type ReceivedMessage } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";

const messageSchemas = { count: numberSchema().schema };

// This function is never called. The compiler checks it.
async function typed(any: (uploader: BroadcastUploader) => void) {
  const uploader = await BroadcastUploader.connect("path", { messageSchemas });
  any(uploader);
  uploader.send("count", 5);
  // @ts-expect-error The data is missing.
  uploader.send("count");
  // @ts-expect-error The data is not a number.
  uploader.send("count", "five");
  // @ts-expect-error The type is unknown.
  uploader.send("sum", 5);
  for await (const message of uploader.messages()) {
    expectTypeOf(message).toEqualTypeOf<ReceivedMessage<typeof messageSchemas>>();
    expectTypeOf(message.data).toEqualTypeOf<number>();
  }
  for await (const message of uploader.messages({ types: ["count", "input"] })) {
    expectTypeOf(message.type).toEqualTypeOf<"count" | "input">();
    if (message.type === "count") expectTypeOf(message.data).toEqualTypeOf<number>();
    else expectTypeOf(message.data).toEqualTypeOf<unknown>();
  }
  const types: readonly string[] = ["count"];
  for await (const message of uploader.messages({ types })) {
    expectTypeOf(message).toEqualTypeOf<ReceivedMessage<typeof messageSchemas, string>>();
    expectTypeOf(message.data).toEqualTypeOf<unknown>();
  }
}

describe("BroadcastUploader with messageSchemas", () => {
  it("types send() and messages(), and is assignable to BroadcastUploader", () => {
    expectTypeOf(typed).returns.toEqualTypeOf<Promise<void>>();
  });

  it("drops messages that fail their schema or have an unlisted type, and delivers the next message", async () => {
    const { uploader, peer, failures } = await connected({ messageSchemas });
    peer.channel.send({ type: "message", name: "count", data: "one" });
    peer.channel.send({ type: "message", name: "other", data: 1 });
    peer.channel.send({ type: "message", name: "count", data: 2 }, Uint8Array.of(2));
    const next = await uploader.messages().next();
    expect(next.value).toEqual({ type: "count", data: 2, payload: Uint8Array.of(2) });
    await new Promise(setImmediate);
    expect(failures).toMatchObject([
      { code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" },
    ]);
  });

  it("checks claimed types that have a schema, and delivers other claimed types unchecked", async () => {
    const { uploader, peer, failures } = await connected({ messageSchemas });
    const messages = uploader.messages({ types: ["count", "input"] });
    peer.channel.send({ type: "message", name: "count", data: "one" });
    peer.channel.send({ type: "message", name: "input", data: { kind: "?" } });
    peer.channel.send({ type: "message", name: "other" });
    peer.channel.send({ type: "message", name: "count", data: 2 });
    expect((await messages.next()).value).toMatchObject({ type: "input", data: { kind: "?" } });
    expect((await messages.next()).value).toMatchObject({ type: "count", data: 2 });
    expect(failures).toMatchObject([
      { code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" },
    ]);
  });

  it("keeps the order of messages with asynchronous schemas, and ends messages() after all pending checks", async () => {
    const { schema, answer } = numberSchema(true);
    const slow = { ...messageSchemas, slow: schema };
    const { uploader, peer, isProcessed } = await connected({ messageSchemas: slow });
    peer.channel.send({ type: "message", name: "slow", data: 1 });
    peer.channel.send({ type: "message", name: "count", data: 2 });
    peer.channel.send({ type: "message", name: "slow", data: 3 });
    await isProcessed();
    const disconnected = once(uploader, "disconnect");
    await peer.channel.close();
    await disconnected;
    answer();
    const seen: unknown[] = [];
    for await (const { data } of uploader.messages()) seen.push(data);
    expect(seen).toEqual([1, 2, 3]);
  });
});
