import { once } from "node:events";
import { Duplex, duplexPair } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { Connection } from "../../src/connection/connection.ts";
import type { ConnectionEnd } from "../../src/connection/connection-handler.ts";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { type Frame, frameKind } from "../../src/wire/frame.ts";
import { connectedSockets, socketPair, streamPair } from "../support/channel-pair.ts";
import { frameBytes, helloOf } from "../support/raw-peer.ts";
import { tempPath } from "../support/temp-dir.ts";

const limits = { maxHeaderBytes: 65536, maxPayloadBytes: 1 << 20 };
const withCode = (code: string) => expect.objectContaining({ code });

/** Opens a connection and records its frames and its end. */
function connection(duplex: Duplex) {
  const frames: Frame[] = [];
  let onEnd: (end: ConnectionEnd) => void = () => {};
  const ended = new Promise<ConnectionEnd>((resolve) => {
    onEnd = resolve;
  });
  const handler = { onFrame: (frame: Frame) => frames.push(frame), onEnd };
  return { connection: new Connection(duplex, limits, handler), frames, ended };
}

/** A stream that yields the pushed chunks and accepts every write. */
function source(options: object = {}): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, callback) => callback(), ...options });
}

describe("Connection", () => {
  test("reads a stream that yields Uint8Arrays, in object mode or not", async () => {
    for (const options of [{}, { objectMode: true }]) {
      const duplex = source(options);
      const { frames, ended } = connection(duplex);
      const bytes = frameBytes(frameKind.message, { a: 1 }, Uint8Array.of(1, 2));
      duplex.push(new Uint8Array(bytes.subarray(0, 5)));
      duplex.push(new Uint8Array(bytes.subarray(5)));
      duplex.push(null);
      expect((await ended).error).toBeUndefined();
      expect(frames).toMatchObject([{ header: { a: 1 }, payload: Uint8Array.of(1, 2) }]);
    }
  });

  test("ends with ERR_IPC_CORRUPT_MESSAGE if the stream yields anything but bytes", async () => {
    const text = source();
    text.setEncoding("utf8");
    const objects = source({ objectMode: true });
    const ends = [connection(text).ended, connection(objects).ended];
    text.push("IPC");
    objects.push({ not: "bytes" });
    for (const end of ends) expect((await end).error).toEqual(withCode("ERR_IPC_CORRUPT_MESSAGE"));
  });

  test("reads a stream that the caller has paused", async () => {
    const duplex = source();
    duplex.pause();
    const { frames, ended } = connection(duplex);
    duplex.push(frameBytes(frameKind.message, 1));
    duplex.push(null);
    await ended;
    expect(frames).toHaveLength(1);
  });

  test("ends at once if the stream has already ended or was destroyed", async () => {
    const destroyed = source();
    destroyed.destroy();
    const ended = source();
    ended.push(null);
    ended.resume();
    await once(ended, "end");
    for (const duplex of [destroyed, ended]) {
      expect((await connection(duplex).ended).error).toBeUndefined();
      await expect(IPCChannel.over(duplex, { role: "accept" })).rejects.toMatchObject({
        code: "ERR_IPC_CLOSED",
      });
    }
  });

  test("after resume(), reports the frames that have arrived and then the stream's end or error", async () => {
    for (const error of [undefined, new Error("broken")]) {
      const duplex = source({ readableHighWaterMark: 1 << 20 });
      const { connection: reader, frames, ended } = connection(duplex);
      let hasEnded = false;
      ended.then(() => {
        hasEnded = true;
      });
      duplex.push(Buffer.concat([1, 2, 3].map((number) => frameBytes(frameKind.message, number))));
      reader.pause();
      duplex.push(Buffer.concat([4, 5].map((number) => frameBytes(frameKind.message, number))));
      const closed = once(duplex, "close", { signal: AbortSignal.timeout(5000) }).catch(() => {});
      duplex.destroy(error);
      await closed;
      expect(hasEnded).toBe(false);
      await expect(reader.outbox.send(frameKind.message, 1)).rejects.toMatchObject({
        code: "ERR_IPC_CLOSED",
      });
      reader.resume();
      expect(await ended).toEqual({ error: undefined, cause: error });
      expect(frames.map(({ header }) => header)).toEqual([1, 2, 3, 4, 5]);
    }
  });

  test("ends with ERR_IPC_TRUNCATED_MESSAGE if the stream fails inside a prefix, with the stream's error as the cause", async () => {
    const duplex = source();
    const { ended } = connection(duplex);
    duplex.push(Buffer.from("IPC"));
    await once(duplex, "data");
    const broken = new Error("broken");
    duplex.destroy(broken);
    const { error, cause } = await ended;
    expect(error).toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE", cause: broken });
    expect(cause).toBe(broken);
  });

  test("destroys the stream after the timeout of close() if a write never completes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const duplex = source({ write: () => {} });
      const { connection: writer } = connection(duplex);
      const sent = writer.outbox.send(frameKind.message, 1);
      const closed = writer.close("closed", 2000);
      await vi.advanceTimersByTimeAsync(1999);
      expect(duplex.destroyed).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await closed;
      expect(duplex.destroyed).toBe(true);
      await expect(sent).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("ends and rejects pending sends after a failed write", async () => {
    const duplex = source({
      write: (_chunk: unknown, _encoding: string, callback: (error: Error) => void) =>
        callback(new Error("full")),
    });
    const { connection: writer, ended } = connection(duplex);
    const sent = [writer.outbox.send(frameKind.message, 1), writer.outbox.send(frameKind.message, 2)];
    for (const promise of sent) await expect(promise).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect((await ended).cause?.message).toBe("full");
  });

  test("carries a channel over streams in memory, a unix socket and a TCP socket", async () => {
    const pairs = [
      duplexPair(),
      await connectedSockets(tempPath()),
      await connectedSockets(0),
      duplexPair({ objectMode: true }),
    ] as const;
    for (const streams of pairs) {
      const [acceptor, connector] = await streamPair({}, {}, streams);
      const payload = new Uint8Array(300_000).fill(3);
      acceptor.send("from acceptor", payload);
      connector.send("from connector", [payload, payload]);
      const [first, second] = await Promise.all([connector.messages().next(), acceptor.messages().next()]);
      expect(first.value?.header).toBe("from acceptor");
      expect(
        payload.length === first.value?.payload?.length && Buffer.compare(payload, first.value.payload),
      ).toBe(0);
      expect(second.value?.payload).toHaveLength(600_000);
      await connector.close();
      expect(await acceptor.closed).toMatchObject({ by: "peer", code: "closed" });
      expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    }
  });

  test("sends the small messages of one tick in one write", async () => {
    const [left, right] = duplexPair();
    const write = vi.spyOn(left, "_write");
    const writev = vi.fn();
    left._writev = (chunks, callback) => {
      writev();
      left._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), "buffer" as BufferEncoding, callback);
    };
    const [acceptor, connector] = await streamPair({}, {}, [left, right]);
    write.mockClear();
    const sent = Array.from({ length: 100 }, (_, number) => acceptor.send({ number }, Uint8Array.of(number)));
    for (let number = 0; number < 100; number++)
      expect((await connector.messages().next()).value?.header).toEqual({ number });
    await Promise.all(sent);
    expect(write).toHaveBeenCalledTimes(1);
    expect(writev).not.toHaveBeenCalled();
  });

  test("delivers every message that was sent before close() while the peer keeps sending", async () => {
    for (let round = 0; round < 20; round++) {
      const [closing, writing] = await socketPair();
      let isOver = false;
      const write = () => {
        if (isOver) return;
        writing.send("noise", new Uint8Array(10_000));
        setImmediate(write);
      };
      write();
      (async () => {
        for await (const _ of closing);
      })();
      for (let number = 0; number < 50; number++) closing.send(number, new Uint8Array(1000));
      closing.close();
      const headers: unknown[] = [];
      for await (const { header } of writing) headers.push(header);
      isOver = true;
      expect(headers).toEqual(Array.from({ length: 50 }, (_, number) => number));
      expect(await writing.closed).toEqual({ by: "peer", code: "closed" });
    }
  });

  test("reports the peer as lost if the peer half-closes the stream without a goodbye", async () => {
    const [left, right] = duplexPair({ allowHalfOpen: true });
    const opened = IPCChannel.over(left, { role: "accept" });
    right.write(frameBytes(frameKind.hello, helloOf()));
    const channel = await opened;
    right.resume();
    right.end();
    expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
    expect((await channel.messages().next()).done).toBe(true);
  });
});
