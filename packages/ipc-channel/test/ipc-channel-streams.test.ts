import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { Random } from "../../../tests/support/random.ts";
import { Connection } from "../src/connection/connection.ts";
import { IPCChannel } from "../src/ipc-channel.ts";
import { type Frame, frameKind } from "../src/wire/frame.ts";
import { streamPair } from "./support/channel-pair.ts";
import { Child } from "./support/child.ts";
import { frameBytes, helloOf } from "./support/raw-peer.ts";
import { streamPairs } from "./support/stream-pairs.ts";

const hashOf = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Returns bytes of a pattern that depends on the position and the seed. */
function pattern(length: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const period = random.bytes(251);
  return new Uint8Array(Buffer.alloc(length, period));
}

/** Sizes around every limit that changes how a payload is read, with many small sizes between them. */
function sizesOf(seed: number, count: number): number[] {
  const random = new Random(seed);
  const borders = [0, 1, 512, 16384, 32768, 65536, 131072, 1 << 20];
  return Array.from({ length: count }, (_, index) => {
    if (index % 10 === 9) return random.below(2 << 20);
    if (index % 10 === 4) return Math.max(0, random.of(borders) + random.below(41) - 20);
    return random.below(200);
  });
}

/** Sends payloads of these sizes, each with its checksum in the header. */
async function sendAll(channel: IPCChannel, sizes: readonly number[]): Promise<void> {
  for (const [number, size] of sizes.entries()) {
    const payload = pattern(size, number);
    const sent = channel.send({ number, hash: hashOf(payload) }, payload);
    // Most sends of small payloads are not awaited, because only messages of the same tick share a write.
    if (size > 1000 || number % 50 === 0) await sent;
  }
}

/** Takes a message for each size, disposes every second message, and lists the messages that differ from the sent ones. */
async function takeAll(channel: IPCChannel, sizes: readonly number[]): Promise<unknown[]> {
  const wrong: unknown[] = [];
  const messages = channel.messages();
  for (const [number, size] of sizes.entries()) {
    const { value } = await messages.next();
    if (!value?.payload) return [...wrong, `an end before message ${number}`];
    const { header, payload } = value as { header: { number: number; hash: string }; payload: Uint8Array };
    const isExact = payload.byteOffset === 0 && payload.buffer.byteLength === size;
    if (header.number !== number || !isExact || header.hash !== hashOf(payload)) wrong.push({ header, size });
    if (number % 2) value[Symbol.dispose]();
  }
  return wrong;
}

describe.each(streamPairs)("IPCChannel over %s", (_, open) => {
  const pair = async () => streamPair({}, {}, await open());

  /** An open channel, and the raw stream of its peer. */
  async function facing(): Promise<{ channel: IPCChannel; peer: Duplex }> {
    const [left, peer] = await open();
    peer.on("error", () => {});
    peer.resume();
    const opened = IPCChannel.over(left, { role: "accept" });
    peer.write(frameBytes(frameKind.hello, helloOf()));
    return { channel: await opened, peer };
  }

  test("delivers every message if other code resumes the stream while nobody reads", async () => {
    const [left, right] = await open();
    const [acceptor, connector] = await streamPair({}, {}, [left, right]);
    const count = 3000;
    const sent = Array.from({ length: count }, (_, number) => connector.send(number, new Uint8Array(100)));
    for (let resumes = 0; resumes < 100; resumes++) {
      await turn();
      left.resume();
    }
    let next = 0;
    for await (const { header } of acceptor) {
      expect(header).toBe(next);
      if (++next === count) break;
    }
    await Promise.all(sent);
  });

  test("delivers payloads of all sizes intact and in order, both ways at once", async () => {
    const [acceptor, connector] = await pair();
    const [sizes, otherSizes] = [sizesOf(1, 200), sizesOf(2, 200)];
    const [wrong, otherWrong] = await Promise.all([
      takeAll(acceptor, sizes),
      takeAll(connector, otherSizes),
      sendAll(connector, sizes),
      sendAll(acceptor, otherSizes),
    ]);
    expect(wrong).toEqual([]);
    expect(otherWrong).toEqual([]);
  });

  test("stops the sender while the reader takes no messages, and later delivers every message", async () => {
    const [acceptor, connector] = await pair();
    // More than a TCP socket holds: Linux lets the buffers of both ends grow to 37 MiB.
    const sizes = new Array(20).fill([3 << 20, 10]).flat();
    let isSent = false;
    const sent = sendAll(connector, sizes).finally(() => {
      isSent = true;
    });
    // The sender has stopped once bufferedBytes stays the same for 20 turns of the event loop.
    for (let still = 0, before = -1; still < 20 && !isSent; await turn()) {
      still = connector.bufferedBytes > 0 && connector.bufferedBytes === before ? still + 1 : 0;
      before = connector.bufferedBytes;
    }
    expect(isSent).toBe(false);
    expect(await takeAll(acceptor, sizes)).toEqual([]);
    await sent;
  });

  test("keeps waiting messages unchanged while other channels read", async () => {
    const [acceptor, connector] = await pair();
    const [other, another] = await pair();
    const sizes = new Array(3000).fill(20);
    const sent = sendAll(connector, sizes);
    // Waits until the channel stops decoding ahead. The rest of the last chunk is then not decoded yet.
    for (let still = 0, before = -1; still < 20; await turn()) {
      still = acceptor.stats().received.messages === before ? still + 1 : 0;
      before = acceptor.stats().received.messages;
    }
    const noise = new Array(200).fill(700);
    await Promise.all([sendAll(other, noise), takeAll(another, noise)]);
    expect(await takeAll(acceptor, sizes)).toEqual([]);
    await sent;
  });

  test("continues inside a payload after a pause", async () => {
    const [left, right] = await open();
    const frames: Frame[] = [];
    let onFrame: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      onFrame = resolve;
    });
    const limits = { maxHeaderBytes: 65536, maxPayloadBytes: 64 << 20 };
    const handler = {
      onFrame: (frame: Frame) => {
        frames.push(frame);
        onFrame();
      },
      onEnd: () => {},
    };
    const connection = new Connection(left, limits, handler);
    const payload = pattern(8 << 20, 7);
    const bytes = frameBytes(frameKind.message, 1, payload);
    const half = bytes.length / 2;
    // Half of the frame is written before the pause, so the pause is inside the payload.
    await new Promise((resolve) => right.write(bytes.subarray(0, half), resolve));
    connection.pause();
    const written = new Promise((resolve) => right.write(bytes.subarray(half), resolve));
    for (let count = 0; count < 10; count++) await turn();
    expect(frames).toHaveLength(0);
    connection.resume();
    await Promise.all([written, arrived]);
    expect(Buffer.compare(frames[0]?.payload ?? Buffer.alloc(0), payload)).toBe(0);
    await connection.destroy();
  });

  test("empties a disposed payload, and leaves other payloads unchanged when the disposed memory is reused", async () => {
    const [acceptor, connector] = await pair();
    const size = 1 << 20;
    const sent = (async () => {
      for (let number = 0; number < 12; number++) await connector.send(number, pattern(size, number));
    })();
    const messages = acceptor.messages();
    const kept: [number, Uint8Array][] = [];
    for (let number = 0; number < 12; number++) {
      const { value } = await messages.next();
      const payload = value?.payload as Uint8Array;
      expect(hashOf(payload)).toBe(hashOf(pattern(size, number)));
      if (number % 3 === 0) kept.push([number, payload]);
      else {
        value?.[Symbol.dispose]();
        value?.[Symbol.dispose]();
        expect([payload.byteLength, payload.buffer.byteLength]).toEqual([0, 0]);
      }
    }
    await sent;
    for (const [number, payload] of kept) expect(hashOf(payload)).toBe(hashOf(pattern(size, number)));
  });

  test("allows a message to be disposed after its channel is closed", async () => {
    const [acceptor, connector] = await pair();
    connector.send("last", new Uint8Array(1 << 20));
    const { value } = await acceptor.messages().next();
    await Promise.all([acceptor.close(), connector.close()]);
    value?.[Symbol.dispose]();
    value?.[Symbol.dispose]();
    expect(value?.payload).toHaveLength(0);
  });

  test('rejects next() with ERR_IPC_TRUNCATED_MESSAGE and closes with code "lost" if the stream ends inside a large payload', async () => {
    const { channel, peer } = await facing();
    const bytes = frameBytes(frameKind.message, 1, new Uint8Array(1 << 20));
    peer.end(bytes.subarray(0, 1 << 19));
    const messages = channel.messages();
    await expect(messages.next()).rejects.toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
    expect((await messages.next()).done).toBe(true);
    expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
  });

  test("delivers a message with a large payload, and rejects the invalid bytes that follow with ERR_IPC_CORRUPT_MESSAGE", async () => {
    const { channel, peer } = await facing();
    const payload = pattern(1 << 20, 3);
    peer.write(Buffer.concat([frameBytes(frameKind.message, 1, payload), Buffer.from("this is no frame")]));
    const messages = channel.messages();
    expect(hashOf((await messages.next()).value?.payload as Uint8Array)).toBe(hashOf(payload));
    await expect(messages.next()).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect(await channel.closed).toMatchObject({ by: "us", code: "error" });
  });

  test("settles every send if either side calls close() while payloads are being written", async () => {
    for (const closer of [0, 1]) {
      const channels = await pair();
      const sent = Array.from({ length: 8 }, () => channels[0].send("large", new Uint8Array(2 << 20)));
      const messages = channels[1].messages();
      await messages.next();
      const rest = (async () => {
        let count = 1;
        if (closer === 0) while (!(await messages.next()).done) count++;
        return count;
      })();
      await channels[closer]?.close();
      const outcomes = await Promise.allSettled(sent);
      if (closer === 0) expect(await rest).toBe(8);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "ERR_IPC_CLOSED" });
      expect((await channels[0].closed).code).toBe("closed");
      expect((await channels[1].closed).code).toBe("closed");
    }
  });
});

describe("IPCChannel", () => {
  test("delivers payloads of all sizes both ways over a child's extra stdio pipe", async () => {
    const child = new Child("stdio.mjs");
    await using channel = await IPCChannel.over(child.process.stdio[3] as Socket, { role: "accept" });
    const sizes = sizesOf(5, 100);
    const [wrong] = await Promise.all([takeAll(channel, sizes), sendAll(channel, sizes)]);
    expect(wrong).toEqual([]);
    const exited = once(child.process, "exit");
    await channel.close();
    expect((await exited)[0]).toBe(0);
  });
});
