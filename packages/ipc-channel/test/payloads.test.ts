import { duplexPair } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { frameKind } from "../src/wire/frame.ts";
import { connectedSockets, facingRaw, socketPair, streamPair } from "./support/channel-pair.ts";
import { MemoryCarrier } from "./support/memory-carrier.ts";
import { frameBytes, helloOf, RawPeer } from "./support/raw-peer.ts";
import { tempPath } from "./support/temp-dir.ts";

/** Returns the next message. */
async function next(channel: IPCChannel) {
  const { value } = await channel.messages().next();
  return value;
}

/** Opens a channel with this carrier, and with a raw peer that lists the same feature. */
async function facingCarrier(payloads: MemoryCarrier, options = {}) {
  const [left, right] = await connectedSockets(tempPath());
  const peer = new RawPeer(right);
  const opened = IPCChannel.over(left, { ...options, payloads, role: "accept" });
  peer.send(frameKind.hello, helloOf({ features: ["something-new", "memory-1"] }));
  await peer.nonce();
  return { channel: await opened, peer };
}

describe("option payloads", () => {
  test.each([
    ["a socket", socketPair],
    ["a pair of streams", streamPair],
  ])("carries payloads outside the stream over %s, in order with the others", async (_, pair) => {
    const payloads = new MemoryCarrier({ minBytes: 3 });
    const [left, right] = await pair({ payloads }, { payloads });
    for (let length = 0; length < 6; length++) void left.send(length, new Uint8Array(length).fill(length));
    void left.send("none");
    for (let length = 0; length < 6; length++)
      expect(await next(right)).toMatchObject({
        header: length,
        payload: new Uint8Array(length).fill(length),
      });
    expect(await next(right)).toMatchObject({ header: "none", payload: undefined });
    expect(payloads.stored.size).toBe(0);
    expect(right.stats().payloads?.via).toBe("memory");
  });

  test("joins the parts of a payload", async () => {
    const payloads = new MemoryCarrier();
    const [left, right] = await socketPair({ payloads }, { payloads });
    await left.send(null, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect((await next(right)).payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("gives a payload back when its message is disposed, and delivers the carrier's header to the sender", async () => {
    const payloads = new MemoryCarrier();
    const [left, right] = await socketPair({ payloads }, { payloads });
    await left.send(null, new Uint8Array(5));
    const message = await next(right);
    message[Symbol.dispose]();
    message[Symbol.dispose]();
    expect(message.payload.length).toBe(0);
    await vi.waitFor(() => expect(payloads.headers).toEqual([{ stored: 5 }, { released: 1 }]));
  });

  test("counts the payload's own bytes in stats().waiting", async () => {
    const payloads = new MemoryCarrier();
    const [left, right] = await socketPair({ payloads }, { payloads });
    await left.send(null, new Uint8Array(1000));
    await vi.waitFor(() => expect(right.stats().waiting).toEqual({ messages: 1, bytes: 1017 }));
  });

  test("close() gives back the payloads of messages that nobody took, and closes both routes once", async () => {
    const payloads = new MemoryCarrier();
    const [left, right] = await socketPair({ payloads }, { payloads });
    await left.send(null, new Uint8Array(5));
    await vi.waitFor(() => expect(right.stats().waiting.messages).toBe(1));
    await right.close();
    await left.closed;
    expect(payloads).toMatchObject({ released: 1, closed: 2 });
  });

  test("a payload that a consumer holds stays readable after the channel has closed", async () => {
    const payloads = new MemoryCarrier();
    const [left, right] = await socketPair({ payloads }, { payloads });
    await left.send(null, Uint8Array.of(1, 2, 3));
    const { payload } = await next(right);
    await Promise.all([left.close(), right.close()]);
    expect(payload).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("rejects a payload over maxPayloadBytes before the carrier stores it", async () => {
    const payloads = new MemoryCarrier();
    const [left] = await socketPair({ payloads }, { payloads, maxPayloadBytes: 10 });
    await expect(left.send(null, new Uint8Array(11))).rejects.toMatchObject({
      code: "ERR_IPC_MESSAGE_TOO_LARGE",
    });
    expect(payloads.stored.size).toBe(0);
  });

  test("the payload travels in the stream if the peer has no carrier, and stats() says why", async () => {
    const [left, right] = await socketPair({ payloads: new MemoryCarrier() }, {});
    await left.send(null, Uint8Array.of(1, 2));
    expect((await next(right)).payload).toEqual(Uint8Array.of(1, 2));
    expect(left.stats().payloads).toMatchObject({
      via: "socket",
      reason: 'the peer does not offer memory-1: set the option "payloads" on both sides',
    });
    expect(right.stats().payloads).toBeUndefined();
  });

  test("an unavailable carrier is not announced to the peer, and stats() says why", async () => {
    const unavailable = new MemoryCarrier({ unavailable: "this process has no memory" });
    const [left, right] = await socketPair({ payloads: unavailable }, { payloads: new MemoryCarrier() });
    await left.send(null, Uint8Array.of(1, 2));
    expect((await next(right)).payload).toEqual(Uint8Array.of(1, 2));
    expect(left.stats().payloads?.reason).toBe("this process has no memory");
    expect(right.stats().payloads?.reason).toBe(
      'the peer does not offer memory-1: set the option "payloads" on both sides',
    );
  });

  test.each([
    ["a reference that the carrier does not know", frameBytesOf(Uint8Array.of(9), 3)],
    ["a header that the carrier does not accept", frameBytes(frameKind.carrier, "bad")],
  ])("ends the channel with ERR_IPC_CORRUPT_MESSAGE for %s", async (_, bytes) => {
    const { channel, peer } = await facingCarrier(new MemoryCarrier());
    peer.write(bytes);
    expect(await peer.goodbye()).toBe("ERR_IPC_CORRUPT_MESSAGE");
    await expect(next(channel)).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect(await channel.closed).toMatchObject({ by: "us", code: "error" });
  });

  test.each([
    ["a reference", frameBytesOf(Uint8Array.of(9), 3)],
    ["a header of a carrier", frameBytes(frameKind.carrier, {})],
  ])("ends a channel without carrier with ERR_IPC_CORRUPT_MESSAGE for %s", async (_, bytes) => {
    const { channel, peer } = await facingRaw();
    peer.write(bytes);
    expect(await peer.goodbye()).toBe("ERR_IPC_CORRUPT_MESSAGE");
    expect(await channel.closed).toMatchObject({ by: "us", code: "error" });
  });

  test("does not send a header of the carrier after the goodbye", async () => {
    const payloads = new MemoryCarrier();
    const { channel, peer } = await facingCarrier(payloads);
    payloads.stored.set(9, new Uint8Array(5));
    peer.write(frameBytesOf(Uint8Array.of(9), 3));
    const message = await next(channel);
    const closing = channel.close();
    message[Symbol.dispose]();
    expect(await peer.goodbye()).toBe("closed");
    expect(await peer.frame()).toBeUndefined();
    peer.socket.end();
    await closing;
  });

  test("rejects a value that is no carrier with a RangeError", async () => {
    const [left] = duplexPair();
    const opened = IPCChannel.over(left, { role: "accept", payloads: "shared" as never });
    await expect(opened).rejects.toThrow(
      new RangeError(
        "payloads must be a payload carrier, such as sharedMemory(), got a value of type string",
      ),
    );
  });
});

/** Encodes a message with these payload bytes and flags. */
function frameBytesOf(payload: Uint8Array, flags: number): Buffer {
  const bytes = frameBytes(frameKind.message, null, payload);
  bytes.writeUInt8(flags, 5);
  return bytes;
}

describe("IPCChannel.allocate", () => {
  test("returns memory that can be sent, and that is detached when it is disposed", async () => {
    const [left, right] = await socketPair();
    for (const length of [0, 1, 100_000]) {
      const memory = left.allocate(length);
      expect(memory.byteOffset).toBe(0);
      expect(memory.buffer.byteLength).toBe(length);
      memory.fill(7);
      await left.send(null, memory);
      memory[Symbol.dispose]();
      memory[Symbol.dispose]();
      const { payload } = await next(right);
      expect(payload).toEqual(new Uint8Array(length).fill(7));
      if (length >= 64 * 1024) expect(memory.length).toBe(0);
    }
  });

  test.each([-1, 1.5, 2 ** 32, Number.NaN, "1" as never])(
    "throws a RangeError for %s bytes",
    async (bytes) => {
      const [left] = await socketPair();
      expect(() => left.allocate(bytes)).toThrow(
        new RangeError(`bytes must be an integer from 0 to 4294967295, got ${bytes}`),
      );
    },
  );

  test("returns memory after the channel has closed", async () => {
    const [left] = await socketPair({ payloads: new MemoryCarrier() }, {});
    await left.close();
    expect(left.allocate(10)).toHaveLength(10);
  });
});
