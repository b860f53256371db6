import type { Socket } from "node:net";
import { Duplex, duplexPair } from "node:stream";
import { describe, expect, test } from "vitest";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { frameKind } from "../../src/wire/frame.ts";
import { connectedSockets, facingRaw, socketPair, streamPair } from "../support/channel-pair.ts";
import { frameBytes, helloOf } from "../support/raw-peer.ts";
import { derived, streamPairs } from "../support/stream-pairs.ts";
import { tempPath } from "../support/temp-dir.ts";

const closed = { code: "ERR_IPC_CLOSED" };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Two ends of a stream in memory. A write arrives at once, and completes when `acknowledge` is called. */
class LatePair {
  readonly ends: readonly [Duplex, Duplex];
  readonly #late: (() => void)[] = [];

  constructor(options: object = {}) {
    const make = (other: () => Duplex) =>
      new Duplex({
        read() {},
        write: (chunk, _, done) => {
          other().push(chunk);
          this.#late.push(done);
        },
        final: (done) => {
          other().push(null);
          done();
        },
        ...options,
      });
    const left: Duplex = make(() => right);
    const right: Duplex = make(() => left);
    this.ends = [left, right];
  }

  get pending(): number {
    return this.#late.length;
  }

  acknowledge(): void {
    for (const done of this.#late.splice(0)) done();
  }
}

/** Opens a channel over a LatePair, and completes all writes of the handshake. */
async function latePair(): Promise<{ late: LatePair; channels: readonly [IPCChannel, IPCChannel] }> {
  const late = new LatePair();
  const opened = streamPair({}, {}, late.ends);
  let isOpen = false;
  opened.then(() => {
    isOpen = true;
  });
  while (!isOpen) {
    late.acknowledge();
    await turn();
  }
  while (late.pending > 0) {
    late.acknowledge();
    await turn();
  }
  return { late, channels: await opened };
}

/** Returns a resizable ArrayBuffer, which the ES2023 types do not declare. */
function resizable(length: number): ArrayBuffer & { resize(length: number): void } {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => never;
  return new Resizable(length, { maxByteLength: length });
}

async function headersOf(channel: IPCChannel): Promise<unknown[]> {
  const headers: unknown[] = [];
  for await (const { header } of channel) headers.push(header);
  return headers;
}

describe("IPCChannel over a stream that completes writes late", () => {
  test("delivers a message that was sent just before close(), and resolves its send", async () => {
    const { late, channels } = await latePair();
    const [closing, other] = channels;
    const arrived = headersOf(other);
    const sent = closing.send("the last words");
    const closed = closing.close();
    while (late.pending === 0) await turn();
    // The message has arrived. The goodbye follows once the stream has completed the write.
    const acknowledging = setInterval(() => late.acknowledge(), 20);
    expect(await arrived).toEqual(["the last words"]);
    await sent;
    await closed;
    clearInterval(acknowledging);
    expect(await closing.closed).toEqual({ by: "us", code: "closed" });
    expect(await other.closed).toEqual({ by: "peer", code: "closed" });
    expect(closing.stats().sent.messages).toBe(1);
  });

  test("resolves the send of a message that the peer received before it closed, and rejects the send of a message that never arrived", async () => {
    const { late, channels } = await latePair();
    const [sending, closing] = channels;
    const delivered = sending.send("enough");
    await turn();
    const held = sending.send("never given to the stream");
    expect((await closing.messages().next()).value?.header).toBe("enough");
    closing.close();
    // The peer's goodbye arrives before the stream has completed this side's write.
    while (!sending.isClosed) await turn();
    await expect(held).rejects.toMatchObject(closed);
    late.acknowledge();
    await delivered;
    const acknowledging = setInterval(() => late.acknowledge(), 20);
    expect(await sending.closed).toEqual({ by: "peer", code: "closed" });
    await closing.closed;
    clearInterval(acknowledging);
  });
});

describe("IPCChannel after a failed write", () => {
  test('closes both channels with code "lost", even while the sender has unread messages', async () => {
    for (const held of [0, 1100]) {
      const [sender, peer] = await socketPair();
      for (let number = 0; number < held; number++) peer.send(number);
      while (sender.stats().waiting.messages < Math.min(held, 1024)) await turn();
      const reading = peer
        .messages()
        .next()
        .catch(({ code }) => code);
      const memory = resizable(8_000_000);
      const sent = sender.send("shrinks", new Uint8Array(memory));
      memory.resize(100);
      await expect(sent).rejects.toMatchObject({ ...closed, cause: expect.any(Error) });
      expect(await sender.closed).toMatchObject({ by: "us", code: "lost", error: expect.any(Error) });
      expect(await peer.closed).toMatchObject({ by: "peer", code: "lost" });
      expect(await reading).toBe("ERR_IPC_TRUNCATED_MESSAGE");
      // Messages that arrived before the failed write can still be taken.
      const headers = await headersOf(sender);
      expect(headers.length).toBeGreaterThanOrEqual(Math.min(held, 1024));
      expect(headers).toEqual(headers.map((_, number) => number));
    }
  });

  test("rejects the reader once with ERR_IPC_RESOURCES after a write that fails for lack of kernel memory", async () => {
    const [left, right] = await connectedSockets(tempPath());
    // A channel would replace a plain socket and never call the `_write` below. It does not replace a socket of a subclass.
    const full = derived(left as Socket);
    const [channel, peer] = await streamPair({}, {}, [full, right]);
    full._write = (_chunk, _encoding, done) => {
      done(Object.assign(new Error("write ENOBUFS"), { code: "ENOBUFS", syscall: "write" }));
    };
    const messages = channel.messages();
    const next = messages.next();
    await expect(channel.send("lost")).rejects.toMatchObject(closed);
    await expect(next).rejects.toMatchObject({ code: "ERR_IPC_RESOURCES" });
    expect((await messages.next()).done).toBe(true);
    expect(await channel.closed).toMatchObject({
      by: "us",
      code: "lost",
      error: { code: "ERR_IPC_RESOURCES" },
    });
    expect((await peer.closed).code).toBe("lost");
  });

  /** Ways in which a custom stream fails: during a write or without one. */
  const failures: [string, object, (duplex: Duplex) => void][] = [
    [
      "a write callback with an error",
      { write: (_: unknown, __: unknown, done: (error: Error) => void) => done(new Error("full")) },
      () => {},
    ],
    [
      "a write callback with an error on a stream without autoDestroy",
      {
        autoDestroy: false,
        write: (_: unknown, __: unknown, done: (error: Error) => void) => done(new Error("full")),
      },
      () => {},
    ],
    [
      "a write that throws",
      {
        write: () => {
          throw new Error("thrown");
        },
      },
      () => {},
    ],
    [
      "an 'error' event without 'close'",
      { autoDestroy: false, emitClose: false },
      (duplex) => duplex.emit("error", new Error("broken")),
    ],
    ["'end' without 'close'", { autoDestroy: false, emitClose: false }, (duplex) => duplex.push(null)],
    ["'close' without 'end'", {}, (duplex) => duplex.destroy()],
    [
      "a write to a stream that was destroyed without an error",
      { emitClose: false },
      (duplex) => duplex.destroy(),
    ],
    [
      "a stream whose destruction never completes",
      { destroy: () => {} },
      (duplex) => {
        duplex.push(null);
      },
    ],
  ];

  test.each(failures)("ends the channel and settles pending sends after %s", async (_, options, fail) => {
    const original = { write: (_: unknown, __: unknown, done: () => void) => done() };
    let isFailing = false;
    const { write = original.write, ...rest } = options as { write?: (...args: unknown[]) => void };
    const duplex = new Duplex({
      read() {},
      ...rest,
      write: (...args) => (isFailing ? write : original.write)(...(args as [unknown, unknown, () => void])),
    });
    const opened = IPCChannel.over(duplex, { role: "accept" });
    duplex.push(frameBytes(frameKind.hello, helloOf()));
    duplex.push(frameBytes(frameKind.message, "before"));
    const channel = await opened;
    await turn();
    isFailing = true;
    fail(duplex);
    const sent = channel.send("lost").catch(({ code }) => code);
    await channel.ended;
    expect(await sent).toBe("ERR_IPC_CLOSED");
    expect((await channel.closed).code).toBe("lost");
    expect(await headersOf(channel)).toEqual(["before"]);
  });
});

describe.each(streamPairs)("IPCChannel over %s", (_, open) => {
  test("resolves ended at the peer's goodbye while nobody reads, and keeps the messages before the goodbye", async () => {
    const [left, right] = await streamPair({}, {}, await open());
    let isClosed = false;
    left.closed.then(() => {
      isClosed = true;
    });
    right.send(1);
    right.send(2, new Uint8Array(100_000));
    await right.close();
    await left.ended;
    expect(left.isClosed).toBe(true);
    await expect(left.send("late")).rejects.toMatchObject(closed);
    await turn();
    expect(isClosed).toBe(false);
    expect(await headersOf(left)).toEqual([1, 2]);
    expect(await left.closed).toEqual({ by: "peer", code: "closed" });
    await right.ended;
  });
});

describe("IPCChannel.ended and IPCChannel.send", () => {
  test("resolves ended at close() before the goodbye is written, and when the connection is lost", async () => {
    const { channel, peer } = await facingRaw();
    peer.socket.pause();
    channel.send("unread", new Uint8Array(16 << 20)).catch(() => {});
    const closing = channel.close();
    await channel.ended;
    peer.socket.destroy();
    await closing;

    const other = await facingRaw();
    other.peer.socket.destroy();
    await other.channel.ended;
    expect((await other.channel.closed).code).toBe("lost");
  });

  test("rejects the send of a transferred payload with a TypeError, and stays open", async () => {
    const [left, right] = duplexPair();
    const [sender, receiver] = await streamPair({}, {}, [left, right]);
    for (const length of [10, 100_000]) {
      const gone = new Uint8Array(length);
      structuredClone(gone, { transfer: [gone.buffer] });
      await expect(sender.send("gone", gone)).rejects.toBeInstanceOf(TypeError);
      await expect(sender.send("gone", [Uint8Array.of(1), gone])).rejects.toBeInstanceOf(TypeError);
    }
    await sender.send("empty", new Uint8Array());
    expect((await receiver.messages().next()).value).toMatchObject({
      header: "empty",
      payload: new Uint8Array(),
    });
  });
});
