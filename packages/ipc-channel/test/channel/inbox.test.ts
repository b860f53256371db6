import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, test } from "vitest";
import type { IPCChannel } from "../../src/ipc-channel.ts";
import { socketPair, streamPair } from "../support/channel-pair.ts";

/** A schema that accepts { n: number }, doubles n, and throws for { n: "throw" }. */
function schema(isAsync: boolean): StandardSchemaV1<unknown, { n: number }> {
  const check = (value: unknown): StandardSchemaV1.Result<{ n: number }> => {
    const { n } = value as { n?: unknown };
    if (n === "throw") throw new Error("a schema with a fault");
    return typeof n === "number"
      ? { value: { n: n * 2 } }
      : {
          issues: [
            { message: "no number", path: ["n"] },
            { message: "at all", path: [{ key: "n" }] },
          ],
        };
  };
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => (isAsync ? Promise.resolve(value).then(check) : check(value)),
    },
  };
}

/** Waits until the sender's bufferedBytes stops changing, which means that the reader has paused. Returns bufferedBytes. */
async function untilPaused(sender: IPCChannel): Promise<number> {
  for (let buffered = -1; ; ) {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    if (sender.bufferedBytes > 0 && sender.bufferedBytes === buffered) return buffered;
    buffered = sender.bufferedBytes;
  }
}

describe("Inbox", () => {
  test.each([false, true])(
    "rejects next() for a header that fails the schema, and then returns the next message (async: %s)",
    async (isAsync) => {
      const [acceptor, connector] = await streamPair({ schema: schema(isAsync) });
      connector.send({ n: 1 }, Uint8Array.of(1));
      connector.send({ n: "one" });
      connector.send({ n: "throw" });
      connector.send({ n: 3 });
      const messages = acceptor.messages();
      expect((await messages.next()).value).toMatchObject({ header: { n: 2 }, payload: Uint8Array.of(1) });
      await expect(messages.next()).rejects.toMatchObject({ code: "ERR_IPC_INVALID_HEADER" });
      await expect(messages.next()).rejects.toMatchObject({
        code: "ERR_IPC_INVALID_HEADER",
        cause: { message: "a schema with a fault" },
      });
      expect((await messages.next()).value?.header).toEqual({ n: 6 });
      expect(acceptor.isClosed).toBe(false);
    },
  );

  test("stops the sender while nobody reads, and later delivers every large message whole and in order", async () => {
    const [reader, sender] = await socketPair();
    const count = 400;
    const before = process.memoryUsage().arrayBuffers;
    const payload = Buffer.alloc(100_000, 1);
    const sent = Array.from({ length: count }, (_, number) => sender.send({ number }, payload));
    const buffered = await untilPaused(sender);
    // The reader holds up to 4 MiB and one message. 2 MiB allow for this message and for the buffers of the kernel and
    // the stream.
    expect(count * 100_000 - buffered).toBeLessThan(6 << 20);
    // All messages are 40 MB, so this limit shows that neither side holds a copy of each payload.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    let next = 0;
    for await (const message of reader) {
      expect(message.header).toEqual({ number: next++ });
      expect(Buffer.compare(message.payload ?? Buffer.alloc(0), payload)).toBe(0);
      if (next === count) break;
    }
    await Promise.all(sent);
    expect(sender.bufferedBytes).toBe(0);
  });

  test("stops the sender of small messages while nobody reads, and later delivers them before the goodbye", async () => {
    const [reader, sender] = await socketPair();
    const count = 60_000;
    for (let number = 0; number < count; number++) sender.send(number);
    await untilPaused(sender);
    let next = 0;
    let isEnded = false;
    reader.closed.then(() => {
      isEnded = true;
    });
    const closed = sender.close();
    for await (const { header } of reader) {
      if (header !== next) expect(header).toBe(next);
      next++;
      if (next < count && isEnded) expect(next).toBe(count);
    }
    expect(next).toBe(count);
    await closed;
    expect(await reader.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("delivers the messages that a paused stream still holds when a write to it fails", async () => {
    const [reader, sender] = await socketPair();
    for (let number = 0; number < 1100; number++) sender.send(number);
    await sender.close();
    // The peer is gone, so this write fails while the stream still holds messages.
    await expect(reader.send("too late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    const headers: unknown[] = [];
    for await (const { header } of reader) headers.push(header);
    expect(headers).toEqual(Array.from({ length: 1100 }, (_, number) => number));
    expect(await reader.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("delivers all messages of the peer after a send has failed because the peer is gone", async () => {
    const [reader, sender] = await socketPair();
    const count = 2000;
    await Promise.all(Array.from({ length: count }, (_, number) => sender.send(number, new Uint8Array(50))));
    await sender.close();
    expect(reader.isClosed).toBe(false);
    await expect(reader.send("too late", new Uint8Array(100_000))).rejects.toMatchObject({
      code: "ERR_IPC_CLOSED",
    });
    expect(reader.isClosed).toBe(true);
    let next = 0;
    for await (const { header } of reader) expect(header).toBe(next++);
    expect(next).toBe(count);
    expect(await reader.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("resolves closed after the peer's goodbye, once all messages of the peer are taken", async () => {
    const [reader, sender] = await socketPair();
    for (const number of [1, 2, 3]) sender.send(number);
    await sender.close();
    const messages = reader.messages();
    let isEnded = false;
    reader.closed.then(() => {
      isEnded = true;
    });
    expect((await messages.next()).value?.header).toBe(1);
    expect(reader.isClosed).toBe(true);
    await expect(reader.send("too late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect((await messages.next()).value?.header).toBe(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isEnded).toBe(false);
    expect((await messages.next()).value?.header).toBe(3);
    expect((await messages.next()).done).toBe(true);
    expect(await reader.closed).toEqual({ by: "peer", code: "closed" });
  });
});
