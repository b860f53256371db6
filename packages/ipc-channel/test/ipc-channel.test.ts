import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { IPCChannel } from "../src/ipc-channel.ts";
import { facingRaw, socketPair, streamPair } from "./support/channel-pair.ts";

const closedError = { code: "ERR_IPC_CLOSED" };

describe("IPCChannel", () => {
  test("delivers headers and payloads unchanged, both ways", async () => {
    const [acceptor, connector] = await socketPair();
    const header = { text: "ä€🙂", list: [1, -1, 2.5, null, true], nested: { bytes: Uint8Array.of(1, 2) } };
    for (const payload of [
      undefined,
      new Uint8Array(0),
      Uint8Array.of(1, 2, 3),
      new Uint8Array(100_000).fill(7),
    ]) {
      for (const [from, to] of [
        [acceptor, connector],
        [connector, acceptor],
      ] as const) {
        await from.send(header, payload);
        const { value } = await to.messages().next();
        expect(value?.header).toMatchObject({ text: header.text, list: header.list });
        expect(value?.payload === undefined).toBe(payload === undefined);
        expect(Buffer.compare(value?.payload ?? Buffer.alloc(0), payload ?? Buffer.alloc(0))).toBe(0);
        expect(value?.payload?.byteOffset ?? 0).toBe(0);
        expect(value?.payload?.buffer.byteLength).toBe(payload?.length);
        value?.[Symbol.dispose]();
      }
    }
  });

  test("delivers messages of mixed sizes in the order of send()", async () => {
    const [acceptor, connector] = await socketPair();
    const sizes = Array.from({ length: 300 }, (_, number) => (number % 7 === 0 ? 70_000 : number));
    const settled: number[] = [];
    const sent = sizes.map((size, number) =>
      connector.send({ number }, new Uint8Array(size)).then(() => settled.push(number)),
    );
    for (const number of sizes.keys()) {
      const { value } = await acceptor.messages().next();
      expect(value?.header).toEqual({ number });
      expect(value?.payload).toHaveLength(sizes[number] ?? 0);
    }
    await Promise.all(sent);
    expect(settled).toEqual([...sizes.keys()]);
  });

  test("keeps sends pending while the peer does not read, and rejects them when closeTimeout has passed after close()", async () => {
    const { channel, peer } = await facingRaw({ closeTimeout: 50 });
    peer.socket.pause();
    const outcomes: string[] = [];
    const sent = Array.from({ length: 10 }, () =>
      channel.send("unread", new Uint8Array(1 << 20)).then(
        () => outcomes.push("sent"),
        ({ code }) => outcomes.push(code),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(channel.bufferedBytes).toBeGreaterThan(0);
    const start = performance.now();
    await Promise.all([channel.close(), channel.close()]);
    expect(performance.now() - start).toBeLessThan(1500);
    await Promise.all(sent);
    expect(outcomes).toHaveLength(10);
    expect(outcomes.at(-1)).toBe("ERR_IPC_CLOSED");
    expect(channel.bufferedBytes).toBe(0);
    expect(await channel.closed).toEqual({ by: "us", code: "closed" });
  });

  test("lets close({ timeout }) shorten closeTimeout but not extend it", async () => {
    for (const [closeTimeout, timeout] of [
      [600_000, 20],
      [20, 600_000],
    ] as const) {
      const { channel, peer } = await facingRaw({ closeTimeout });
      expect(channel.closeTimeout).toBe(closeTimeout);
      peer.socket.pause();
      const unread = channel.send("unread", new Uint8Array(16 << 20));
      await channel.close({ timeout });
      await expect(unread).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    }
  });

  test("rejects the send of a message over either side's limits with ERR_IPC_MESSAGE_TOO_LARGE, and stays open", async () => {
    const tooLarge = { code: "ERR_IPC_MESSAGE_TOO_LARGE" };
    const limits = { maxHeaderBytes: 20, maxPayloadBytes: 1000 };
    for (const [ours, theirs] of [
      [limits, {}],
      [{}, limits],
    ]) {
      const [sender, receiver] = await streamPair(ours, theirs);
      await expect(sender.send("x".repeat(20))).rejects.toMatchObject(tooLarge);
      await expect(sender.send("x", new Uint8Array(1001))).rejects.toMatchObject(tooLarge);
      await sender.send("x".repeat(19), new Uint8Array(1000));
      expect((await receiver.messages().next()).value?.payload).toHaveLength(1000);
      expect([sender.isClosed, receiver.isClosed]).toEqual([false, false]);
    }
  });

  test("delivers a message and closes without an error with the smallest limits", async () => {
    const [acceptor, connector] = await streamPair({ maxHeaderBytes: 1, maxPayloadBytes: 0 });
    await connector.send(1);
    expect((await acceptor.messages().next()).value?.header).toBe(1);
    await connector.close();
    expect(await acceptor.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("rejects the send of a header that cannot be encoded with ERR_IPC_INVALID_HEADER, and stays open", async () => {
    const [sender, receiver] = await streamPair();
    await expect(sender.send({ big: 2n ** 70n })).rejects.toMatchObject({ code: "ERR_IPC_INVALID_HEADER" });
    await sender.send("fine");
    expect((await receiver.messages().next()).value?.header).toBe("fine");
  });

  test("stays open when a for await loop is left, and delivers the remaining messages to later loops", async () => {
    const [acceptor, connector] = await socketPair();
    for (let number = 0; number < 10; number++) connector.send(number);
    const headers: unknown[] = [];
    while (headers.length < 10) {
      for await (const { header } of acceptor) {
        headers.push(header);
        break;
      }
    }
    expect(headers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(acceptor.isClosed).toBe(false);
  });

  test("rejects a second reader with ERR_IPC_BUSY only while the first reader's next() is pending", async () => {
    const [acceptor, connector] = await streamPair();
    const first = acceptor.messages();
    const pending = first.next();
    await expect(acceptor.messages().next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    connector.send(1);
    expect((await pending).value?.header).toBe(1);
    connector.send(2);
    expect((await acceptor.messages().next()).value?.header).toBe(2);
  });

  test("rejects next() with the reason of an abort, and delivers later messages to the next reader", async () => {
    const [acceptor, connector] = await streamPair();
    const controller = new AbortController();
    const pending = acceptor.messages({ signal: controller.signal }).next();
    controller.abort("enough");
    await expect(pending).rejects.toBe("enough");
    await connector.send("kept");
    expect((await acceptor.messages().next()).value?.header).toBe("kept");
  });

  test("close() ends the readers of both sides, a second close() has no effect, and closed reports which side closed", async () => {
    const [acceptor, connector] = await socketPair();
    const reading = [acceptor.messages().next(), connector.messages().next()];
    await Promise.all([acceptor.close(), acceptor.close()]);
    await acceptor.close();
    expect(await Promise.all(reading)).toMatchObject([{ done: true }, { done: true }]);
    expect(await acceptor.closed).toEqual({ by: "us", code: "closed" });
    expect(await connector.closed).toEqual({ by: "peer", code: "closed" });
    expect([acceptor.isClosed, connector.isClosed]).toEqual([true, true]);
    for (const channel of [acceptor, connector])
      await expect(channel.send(1)).rejects.toMatchObject(closedError);
  });

  test("close() sends all earlier messages before it closes the channel", async () => {
    const [acceptor, connector] = await socketPair();
    const sent = Array.from({ length: 20 }, (_, number) => connector.send(number, new Uint8Array(100_000)));
    const closed = connector.close();
    const headers: unknown[] = [];
    for await (const { header } of acceptor) headers.push(header);
    expect(headers).toHaveLength(20);
    await Promise.all([...sent, closed]);
  });

  test("closes without an error if both sides call close() at once", async () => {
    for (let round = 0; round < 20; round++) {
      const [acceptor, connector] = await socketPair();
      await Promise.all([acceptor.close(), connector.close()]);
      expect((await acceptor.closed).code).toBe("closed");
      expect((await connector.closed).code).toBe("closed");
    }
  });

  test("closes at the end of an await using block", async () => {
    const [acceptor, connector] = await socketPair();
    {
      await using channel = connector;
      await channel.send("last");
    }
    expect(connector.isClosed).toBe(true);
    expect((await acceptor.messages().next()).value?.header).toBe("last");
    expect(await acceptor.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("emits no unhandledRejection for rejected sends that nobody awaits", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    onTestFinished(() => {
      process.off("unhandledRejection", unhandled);
    });
    const [sender, receiver] = await streamPair({ maxPayloadBytes: 10 });
    sender.send("x", new Uint8Array(11));
    sender.send({ big: 2n ** 70n });
    await Promise.all([sender.close(), receiver.close()]);
    sender.send("late");
    receiver.send("late");
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("delivers every message while both sides send and pause at different intervals", async () => {
    const [acceptor, connector] = await socketPair();
    const count = 2000;
    const sizeOf = (number: number) => (number * 7919) % 40_000;
    const run = async (channel: IPCChannel, pace: number) => {
      const sending = (async () => {
        for (let number = 0; number < count; number++) {
          const sent = channel.send(number, new Uint8Array(sizeOf(number)).fill(number));
          if (number % pace === 0) await sent;
        }
      })();
      for (let number = 0; number < count; ) {
        for await (const { header, payload } of channel) {
          const isRight = header === number && payload?.length === sizeOf(number);
          if (!isRight || payload.at(-1) !== (sizeOf(number) ? number & 0xff : undefined))
            expect.fail(`at ${number}`);
          if (++number % pace === 0 || number === count) break;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      await sending;
    };
    await Promise.all([run(acceptor, 13), run(connector, 101)]);
  });

  test("ends the channel, but not the process, if a payload is disposed before its send has settled", async () => {
    const [from, relay] = await socketPair();
    const [onward, to] = await socketPair();
    for (let number = 0; number < 8; number++) from.send(number, new Uint8Array(4 << 20));
    const messages = relay.messages();
    const sent: Promise<void>[] = [];
    const reading = (async () => {
      for await (const _ of to);
    })().catch(({ code }) => code);
    for (let number = 0; number < 8; number++) {
      const { value } = await messages.next();
      sent.push(onward.send(number, value?.payload));
      value?.[Symbol.dispose]();
    }
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.at(-1)).toMatchObject({
      reason: { code: "ERR_IPC_CLOSED", cause: expect.any(TypeError) },
    });
    expect((await onward.closed).error).toBeInstanceOf(TypeError);
    expect(["ERR_IPC_TRUNCATED_MESSAGE", "ERR_IPC_CORRUPT_MESSAGE", undefined]).toContain(await reading);
    expect((await to.closed).code).not.toBe("closed");
  });
});
