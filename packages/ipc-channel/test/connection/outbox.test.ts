import { Duplex } from "node:stream";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Outbox } from "../../src/connection/outbox.ts";
import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import { type Frame, frameKind } from "../../src/wire/frame.ts";
import { FrameDecoder } from "../../src/wire/frame-decoder.ts";

/** A stream that records writes, and completes them when `accept` is called. */
class Sink extends Duplex {
  readonly writes: Buffer[] = [];
  #pending: ((error?: Error) => void)[] = [];

  override _write(chunk: Buffer, _: string, callback: (error?: Error | null) => void): void {
    this.#note([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#note(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _read(): void {}

  /** Completes all writes so far. */
  accept(): void {
    for (const callback of this.#pending.splice(0)) callback();
  }

  get frames(): Frame[] {
    const decoder = new FrameDecoder({ maxHeaderBytes: 1e9, maxPayloadBytes: 1e9 });
    decoder.push(Buffer.concat(this.writes));
    const frames: Frame[] = [];
    for (let frame = decoder.read(); frame; frame = decoder.read()) frames.push(frame);
    return frames;
  }

  #note(chunks: Buffer[], callback: (error?: Error | null) => void): void {
    this.writes.push(Buffer.concat(chunks));
    this.#pending.push(callback);
  }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("Outbox", () => {
  test("writes the frames of one tick together, and resolves their sends when the write completes", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const sent = [1, 2, 3].map((number) => outbox.send(frameKind.message, number, Uint8Array.of(number)));
    expect(sink.writes).toHaveLength(0);
    expect(outbox.bufferedBytes).toBe(3 * 18);
    await tick();
    expect(sink.writes).toHaveLength(1);
    expect(sink.frames.map(({ header }) => header)).toEqual([1, 2, 3]);
    expect(outbox.bufferedBytes).toBe(3 * 18);
    sink.accept();
    await Promise.all(sent);
    expect(outbox.bufferedBytes).toBe(0);
  });

  test("writes the frames that are sent during a write together in the next write", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.send(frameKind.message, 1);
    await tick();
    outbox.send(frameKind.message, 2);
    await tick();
    outbox.send(frameKind.message, 3);
    await tick();
    expect(sink.writes).toHaveLength(1);
    sink.accept();
    await tick();
    expect(sink.writes).toHaveLength(2);
    expect(sink.frames.map(({ header }) => header)).toEqual([1, 2, 3]);
    sink.accept();
    await outbox.idle();
  });

  test("sends parts of any size as one payload, an empty list as an empty payload, and undefined as no payload", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const large = new Uint8Array(40_000).fill(5);
    const small = Uint8Array.of(1, 2);
    const payloads = [
      [small, large, new Uint8Array(0), small],
      [],
      new Uint8Array(0),
      undefined,
      large,
      [small],
    ];
    const sent = Promise.all(
      payloads.map((payload, index) => outbox.send(frameKind.message, index, payload)),
    );
    while (outbox.bufferedBytes > 0) {
      await tick();
      sink.accept();
    }
    await sent;
    const flat = (payload: Uint8Array | Uint8Array[] | undefined) =>
      payload && new Uint8Array(Buffer.concat([payload].flat()));
    expect(sink.frames.map(({ payload }) => payload)).toEqual(payloads.map(flat));
  });

  test("sends a payload of any number of parts", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const parts = Array.from({ length: 200_000 }, (_, index) => Uint8Array.of(index));
    outbox.send(frameKind.message, "parts", parts);
    outbox.send(frameKind.message, "next");
    while (outbox.bufferedBytes > 0) {
      await tick();
      sink.accept();
    }
    expect(sink.frames.map(({ header }) => header)).toEqual(["parts", "next"]);
    const [first] = sink.frames;
    expect(first?.payload?.every((byte, index) => byte === (index & 0xff))).toBe(true);
  });

  test("writes a nearly full batch without waiting for the end of the tick", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const payload = new Uint8Array(10_000);
    for (let number = 0; number < 6; number++) outbox.send(frameKind.message, number, payload);
    expect(sink.writes).toHaveLength(0);
    outbox.send(frameKind.message, 6, payload.subarray(0, 1500));
    expect(sink.writes.map(({ length }) => length)).toEqual([6 * 10_017 + 1517]);
    outbox.send(frameKind.message, 7, payload);
    await tick();
    sink.accept();
    await tick();
    sink.accept();
    await outbox.idle();
    expect(sink.writes).toHaveLength(2);
    expect(sink.frames).toHaveLength(8);
  });

  test("begins a new batch for a frame that would make the last batch larger than 64 KiB", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const sizes = [40_000, 20_000, 5_521, 30_000];
    for (const [number, size] of sizes.entries())
      outbox.send(frameKind.message, number, new Uint8Array(size));
    await tick();
    for (let round = 0; round < 3; round++) {
      sink.accept();
      await tick();
    }
    await outbox.idle();
    expect(sink.writes.map(({ length }) => length)).toEqual([60_034, 35_555]);
    expect(sink.frames.map(({ payload }) => payload?.length)).toEqual(sizes);
  });

  test.each(["waits in the outbox", "waits in the stream"])(
    "fails the stream, and does not resolve the send, if a payload that %s is transferred",
    async (where) => {
      const sink = new Sink();
      const outbox = new Outbox(sink);
      const failed = new Promise<Error>((resolve) => sink.once("error", resolve));
      const first = outbox.send(
        frameKind.message,
        1,
        new Uint8Array(where === "waits in the outbox" ? 300_000 : 0),
      );
      if (where === "waits in the outbox") await tick();
      const payload = new Uint8Array(20_000);
      const second = outbox.send(frameKind.message, 2, [Uint8Array.of(1), payload]);
      await tick();
      structuredClone(payload, { transfer: [payload.buffer] });
      sink.accept();
      const error = new IPCChannelError("ERR_IPC_CLOSED", "gone", { cause: await failed });
      expect(error.cause).toBeInstanceOf(TypeError);
      outbox.fail(error);
      await expect(second).rejects.toBe(error);
      if (where === "waits in the outbox") await first;
      else await expect(first).rejects.toBe(error);
      expect(sink.writes).toHaveLength(1);
    },
  );

  test("rejects a message over the limits with ERR_IPC_MESSAGE_TOO_LARGE, and still sends smaller messages and a goodbye over the limits", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    outbox.maxHeaderBytes = 4;
    outbox.maxPayloadBytes = 2;
    const tooLarge = { code: "ERR_IPC_MESSAGE_TOO_LARGE" };
    await expect(outbox.send(frameKind.message, "long")).rejects.toMatchObject(tooLarge);
    await expect(outbox.send(frameKind.message, 1, Uint8Array.of(1, 2, 3))).rejects.toMatchObject(tooLarge);
    await expect(
      outbox.send(frameKind.message, 1, [Uint8Array.of(1, 2), Uint8Array.of(3)]),
    ).rejects.toMatchObject(tooLarge);
    expect(outbox.bufferedBytes).toBe(0);
    const sent = [outbox.send(frameKind.message, "abc"), outbox.send(frameKind.goodbye, { code: "closed" })];
    await tick();
    sink.accept();
    await Promise.all(sent);
    expect(sink.frames.map(({ header }) => header)).toEqual(["abc", { code: "closed" }]);
  });

  test("rejects a payload that is not bytes with a TypeError", async () => {
    const outbox = new Outbox(new Sink());
    for (const payload of ["text", [1], new ArrayBuffer(2), null] as never[])
      await expect(outbox.send(frameKind.message, 1, payload)).rejects.toBeInstanceOf(TypeError);
  });

  test("rejects sends in flight, waiting sends and later sends after fail(), and resolves idle()", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const writing = outbox.send(frameKind.message, 1);
    await tick();
    const waiting = outbox.send(frameKind.message, 2);
    const idle = outbox.idle();
    const error = new IPCChannelError("ERR_IPC_CLOSED", "gone");
    outbox.fail(error);
    outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "again"));
    await idle;
    for (const sent of [writing, waiting, outbox.send(frameKind.message, 3)])
      await expect(sent).rejects.toBe(error);
    expect(outbox.bufferedBytes).toBe(0);
    sink.accept();
    await outbox.idle();
    expect(sink.writes).toHaveLength(1);
  });

  test("sends the checked payload even if a getter of the header changes the list of parts", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    const parts = [Uint8Array.of(1, 2)];
    const adds = {
      get a() {
        parts.push(new Uint8Array(100));
        return 1;
      },
    };
    void outbox.send(frameKind.message, adds, parts);
    const bytes = new Uint8Array(100).fill(7);
    const givesAway = {
      get a() {
        structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
        return 1;
      },
    };
    await expect(outbox.send(frameKind.message, givesAway, bytes)).rejects.toThrow(TypeError);
    await tick();
    expect(sink.frames.map(({ payload }) => payload)).toEqual([Uint8Array.of(1, 2)]);
  });

  test("accepts bytes of another realm, and rejects a sparse list of parts at once", async () => {
    const sink = new Sink();
    const outbox = new Outbox(sink);
    void outbox.send(frameKind.message, 1, runInNewContext("new Uint8Array([1, 2])"));
    await expect(outbox.send(frameKind.message, 1, new Array(2 ** 32 - 1))).rejects.toThrow(TypeError);
    await tick();
    expect(sink.frames.map(({ payload }) => payload)).toEqual([Uint8Array.of(1, 2)]);
  });
});
