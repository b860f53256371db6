import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, test } from "vitest";
import type { IPCChannel } from "../src/ipc-channel.ts";
import { frameKind } from "../src/wire/frame.ts";
import { facingRaw, socketPair, streamPair } from "./support/channel-pair.ts";
import { frameBytes } from "./support/raw-peer.ts";

/** Resolves once `count` messages have arrived at the channel. */
async function untilReceived(channel: IPCChannel, count: number): Promise<void> {
  while (channel.stats().received.messages < count) await new Promise((resolve) => setImmediate(resolve));
}

const pairs = { "a socket": () => socketPair(), "a Duplex": () => streamPair() };

describe("IPCChannel.forEach", () => {
  test.each(Object.entries(pairs))(
    "calls onMessage in order for messages that arrive before and after forEach() is called, and resolves at the peer's goodbye (%s)",
    async (_, open) => {
      const [reader, sender] = await open();
      const count = 3000;
      for (let n = 0; n < count; n++) sender.send(n);
      // The reader pauses the connection once 1024 messages wait.
      await untilReceived(reader, 1024);
      const headers: unknown[] = [];
      const done = reader.forEach(({ header }) => {
        headers.push(header);
        expect(reader.stats().received.messages).toBeGreaterThanOrEqual(headers.length);
      });
      expect(headers).toEqual([]);
      await untilReceived(reader, count);
      for (let n = count; n < 2 * count; n++) sender.send(n, Uint8Array.of(n));
      await sender.close();
      await done;
      expect(headers).toEqual(Array.from({ length: 2 * count }, (_, n) => n));
      expect(reader.stats()).toMatchObject({
        received: { messages: 2 * count },
        waiting: { messages: 0, bytes: 0 },
      });
      expect(await reader.closed).toEqual({ by: "peer", code: "closed" });
    },
  );

  test("calls onMessage with each message as it is decoded", async () => {
    const { channel, peer } = await facingRaw();
    const received: unknown[] = [];
    const done = channel.forEach(({ header, payload }) => {
      received.push(header, payload);
      expect(channel.stats().received.messages).toBe(received.length / 2);
    });
    peer.write(
      Buffer.concat([frameBytes(frameKind.message, 1), frameBytes(frameKind.message, 2, Uint8Array.of(3))]),
    );
    await untilReceived(channel, 2);
    expect(received).toEqual([1, undefined, 2, Uint8Array.of(3)]);
    peer.write(frameBytes(frameKind.goodbye, { code: "closed" }));
    await done;
  });

  test("rejects once with the error that ended the channel, after all messages", async () => {
    const { channel, peer } = await facingRaw();
    const headers: unknown[] = [];
    const done = channel.forEach(({ header }) => {
      headers.push(header);
    });
    peer.write(Buffer.concat([frameBytes(frameKind.message, 1), Buffer.alloc(16, 0xff)]));
    await expect(done).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect(headers).toEqual([1]);
    await channel.forEach(() => {});
  });

  test("rejects with the error that onMessage throws, and keeps later messages", async () => {
    const [reader, sender] = await socketPair();
    const error = new Error("no more");
    for (const [first, second] of [
      [0, 1],
      [2, 3],
    ]) {
      // In the first round both messages arrive before forEach() is called, and in the second round after the call.
      if (first === 0) await Promise.all([sender.send(first), sender.send(second)]);
      if (first === 0) await untilReceived(reader, 2);
      const done = reader.forEach(({ header }) => {
        expect(header).toBe(first);
        throw error;
      });
      if (first === 2) await Promise.all([sender.send(first), sender.send(second)]);
      await expect(done).rejects.toBe(error);
      expect((await reader.messages().next()).value?.header).toBe(second);
    }
    expect(reader.isClosed).toBe(false);
  });

  test("resolves when close() is called, even inside onMessage, and drops later messages", async () => {
    const [reader, sender] = await socketPair();
    const headers: unknown[] = [];
    const done = reader.forEach(({ header }) => {
      headers.push(header);
      if (header === 1) reader.close();
    });
    for (const n of [0, 1, 2]) sender.send(n);
    await done;
    await reader.forEach(() => {
      headers.push("after the end");
    });
    expect(headers).toEqual([0, 1]);
    expect(await reader.closed).toEqual({ by: "us", code: "closed" });
  });

  test("rejects with ERR_IPC_BUSY while next() is pending, and makes next() reject with ERR_IPC_BUSY until forEach() settles", async () => {
    const [reader, sender] = await socketPair();
    const busy = { code: "ERR_IPC_BUSY" };
    const next = reader.messages().next();
    await expect(reader.forEach(() => {})).rejects.toMatchObject(busy);
    await sender.send("for next()");
    expect((await next).value?.header).toBe("for next()");
    const headers: unknown[] = [];
    const done = reader.forEach(({ header }) => {
      headers.push(header);
    });
    await expect(reader.messages().next()).rejects.toMatchObject(busy);
    await expect(reader.forEach(() => {})).rejects.toMatchObject(busy);
    await sender.send("for forEach()");
    await sender.close();
    await done;
    expect(headers).toEqual(["for forEach()"]);
  });

  test("validates headers with the schema, in order", async () => {
    const schema: StandardSchemaV1<unknown, string> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          // Later headers take fewer turns, so a channel that validated them in parallel would reorder them.
          for (let turns = 5 - Number(value); turns > 0; turns--) await undefined;
          return value === 4 ? { issues: [{ message: "no 4" }] } : { value: `checked ${value}` };
        },
      },
    };
    const [reader, sender] = await streamPair({ schema });
    const headers: unknown[] = [];
    const done = reader.forEach(({ header }) => {
      headers.push(header);
    });
    for (const n of [1, 2, 3, 4, 5]) sender.send(n);
    await expect(done).rejects.toMatchObject({ code: "ERR_IPC_INVALID_HEADER" });
    expect(headers).toEqual(["checked 1", "checked 2", "checked 3"]);
    expect((await reader.messages().next()).value?.header).toBe("checked 5");
  });
});
