import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import { Duplex, Readable } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ReadTarget, readInPlace } from "../../src/connection/socket-reader.ts";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { IPCServer } from "../../src/ipc-server.ts";
import { connectedSockets } from "../support/channel-pair.ts";
import { Child } from "../support/child.ts";
import { derived, streamPairs } from "../support/stream-pairs.ts";
import { tempPath } from "../support/temp-dir.ts";

/** Returns a new buffer of `size` bytes for each read, and keeps the bytes that were read. */
class Reader implements ReadTarget {
  readonly #size: number;
  #target: Uint8Array = new Uint8Array(0);
  readonly chunks: Buffer[] = [];

  constructor(size = 65536) {
    this.#size = size;
  }

  readonly buffer = (): Uint8Array => {
    this.#target = new Uint8Array(this.#size);
    return this.#target;
  };

  readonly onWriteError = (): void => {};

  readonly onRead = (length: number): void => {
    this.chunks.push(Buffer.from(this.#target.subarray(0, length)));
  };

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** Reads a stream in place. Destroys the new socket when the test has finished. */
function inPlace(duplex: Duplex, target: ReadTarget): Socket {
  const socket = readInPlace(duplex, target);
  if (!socket) throw new Error("the stream cannot be read in place");
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

describe("readInPlace", () => {
  test("reads connected and accepted sockets in place through new sockets, which also write", async () => {
    for (const where of [tempPath(), 0] as const) {
      const sockets = await connectedSockets(where);
      const readers = [new Reader(), new Reader(3)];
      const [left, right] = sockets.map((socket, index) => inPlace(socket, readers[index] as Reader));
      expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true]);
      left?.end("to the right");
      right?.end("to the left");
      for (const socket of [left, right]) {
        socket?.resume();
        if (!socket?.readableEnded) await once(socket as Socket, "end");
      }
      expect(readers.map(({ text }) => text)).toEqual(["to the left", "to the right"]);
      expect(readers[1]?.chunks.every(({ length }) => length <= 3)).toBe(true);
    }
  });

  test("reads a child's extra stdio pipe in place, on both sides", async () => {
    const child = new Child("stdio.mjs");
    const reader = new Reader();
    const socket = inPlace(child.process.stdio[3] as Socket, reader);
    socket.resume();
    while (reader.chunks.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(reader.text).toMatch(/^IPC/);
  });

  test("reads bytes and the stream's end if both arrived before readInPlace() was called", async () => {
    const [left, right] = await connectedSockets(tempPath());
    right.end("early");
    await once(right, "finish");
    const reader = new Reader();
    const socket = inPlace(left, reader);
    socket.resume();
    await once(socket, "end");
    expect(reader.text).toBe("early");
  });

  test("reads a socket that a server has accepted paused, once the socket is resumed", async () => {
    const path = tempPath();
    const server = createServer({ pauseOnConnect: true }).listen(path);
    const other = connect(path).end("hello");
    const [accepted] = (await once(server, "connection")) as [Socket];
    server.close();
    const reader = new Reader();
    const socket = inPlace(accepted, reader);
    socket.resume();
    await once(socket, "end");
    expect(reader.text).toBe("hello");
    other.destroy();
  });

  test("reads the sockets of accept(), connect() and listen(), and a child's pipe, in place", async () => {
    const path = tempPath();
    const pushed = vi.spyOn(Readable.prototype, "push");
    onTestFinished(() => pushed.mockRestore());
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
    await using server = await IPCServer.listen(path);
    await using client = await IPCChannel.connect(path);
    const { value: served } = await server[Symbol.asyncIterator]().next();
    const child = new Child("stdio.mjs");
    const pipe = child.process.stdio[3] as Socket;
    await using parent = await IPCChannel.over(pipe, { role: "accept" });
    for (const [from, to] of [
      [acceptor, connector],
      [connector, acceptor],
      [client, served],
      [served, client],
      [parent, parent],
    ]) {
      from?.send("large", new Uint8Array(1 << 20));
      expect((await to?.messages().next())?.value?.payload).toHaveLength(1 << 20);
    }
    const ofChild = [child.process.stdout, child.process.stderr];
    const chunks = pushed.mock.calls.filter(
      ([chunk], call) => chunk !== null && !ofChild.includes(pushed.mock.contexts[call] as Socket),
    );
    expect(chunks).toHaveLength(0);
    for (const channel of [acceptor, connector, served]) await channel?.close();
  });

  test("reads nothing from a paused socket", async () => {
    const [left, right] = await connectedSockets(tempPath());
    const reader = new Reader();
    const socket = inPlace(left, reader);
    socket.pause();
    right.end("late");
    await once(right, "finish");
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(reader.chunks).toEqual([]);
    socket.resume();
    await once(socket, "end");
    expect(reader.text).toBe("late");
  });

  describe.each(streamPairs)("with %s", (_, open, isInPlace) => {
    test(isInPlace ? "replaces both sockets" : "replaces neither stream", async () => {
      const pair = await open();
      const sockets = pair.map((stream) => readInPlace(stream, new Reader()));
      for (const socket of sockets) onTestFinished(() => void socket?.destroy());
      expect(sockets.map((socket) => socket !== undefined)).toEqual([isInPlace, isInPlace]);
      expect(pair.map(({ destroyed }) => destroyed)).toEqual([isInPlace, isInPlace]);
      if (isInPlace) return;
      const [left, right] = pair;
      left.write("still");
      const [chunk] = await once(right, "data");
      expect(String(chunk)).toBe("still");
    });
  });

  test("does not replace a socket that is connecting, destroyed, of a derived class or still writing", async () => {
    const path = tempPath();
    const [left, right] = await connectedSockets(path);
    const [busy] = await connectedSockets(tempPath());
    busy.write(new Uint8Array(8 << 20));
    const destroyed = new Socket().destroy();
    const streams = [new Socket(), derived(left), destroyed, busy, new Duplex({ read() {} })];
    for (const stream of streams) expect(readInPlace(stream, new Reader())).toBeUndefined();
    expect(streams.map((stream) => stream.destroyed)).toEqual([false, false, true, false, false]);
    right.destroy();
  });
});
