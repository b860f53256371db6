import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { PullQueue } from "../src/queue/pull-queue.ts";
import { descriptors, listsDescriptors } from "./support/descriptors.ts";
import { RawPeer } from "./support/raw-peer.ts";
import { tempPath } from "./support/temp-dir.ts";

/** A server that is closed when the test is over. */
async function listen(path: string, options = {}): Promise<IPCServer> {
  const server = await IPCServer.listen(path, options);
  onTestFinished(() => server.close());
  return server;
}

/** A channel that is closed when the test is over. */
async function connectTo(path: string, options = {}): Promise<IPCChannel> {
  const channel = await IPCChannel.connect(path, options);
  onTestFinished(() => channel.close());
  return channel;
}

/** A peer that connects and sends nothing. */
async function silent(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on("error", () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "connect");
  return socket;
}

describe("IPCServer", () => {
  test("serves many peers concurrently on one path", async () => {
    const path = tempPath();
    const server = await listen(path);
    (async () => {
      for await (const channel of server) {
        (async () => {
          for await (const { header, payload } of channel) await channel.send(header, payload);
        })();
      }
    })();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const channel = await connectTo(path);
        await channel.send(number, Uint8Array.of(number));
        const { value } = await channel.messages().next();
        return [value?.header, value?.payload?.[0]];
      }),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, number) => [number, number]));
  });

  test("admits a peer while 100 silent peers are connected, and keeps at most 64 peers pending", async () => {
    const path = tempPath();
    const server = await listen(path);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => silent(path)));
    for (const socket of sockets) socket.resume();
    const channel = await connectTo(path);
    await channel.send("hello");
    for await (const peer of server) {
      expect((await peer.messages().next()).value?.header).toBe("hello");
      break;
    }
    const evicted = sockets.slice(0, 100 - 63);
    await Promise.all(evicted.map((socket) => socket.closed || once(socket, "close")));
    expect(sockets.filter(({ closed }) => !closed)).toHaveLength(63);
  });

  test("completes handshakes before channels are taken, and drops new connections while 64 channels are untaken", async () => {
    const path = tempPath();
    const server = await listen(path);
    for (let number = 0; number < 64; number++) await (await connectTo(path)).send(number);
    let isAdmitted = false;
    const late = connectTo(path).then((channel) => {
      isAdmitted = true;
      return channel;
    });
    // 64 channels are untaken, so the server drops new connections without a goodbye.
    const dropped = await RawPeer.connect(path);
    expect(await dropped.frame()).toBeUndefined();
    expect(isAdmitted).toBe(false);
    const channels = server[Symbol.asyncIterator]();
    const first = await channels.next();
    expect((await first.value?.messages().next())?.value?.header).toBe(0);
    expect((await late).isClosed).toBe(false);
  });

  test("close() closes untaken channels, ends the iteration and leaves taken channels open", async () => {
    const path = tempPath();
    const server = await listen(path);
    const [one, two] = [await connectTo(path), await connectTo(path)];
    const channels = server[Symbol.asyncIterator]();
    const taken = await channels.next();
    await Promise.all([server.close(), server.close()]);
    expect(await two.closed).toEqual({ by: "peer", code: "closed" });
    await one.send("on");
    expect((await taken.value?.messages().next())?.value?.header).toBe("on");
    expect(await channels.next()).toMatchObject({ done: true });
    expect(readdirSync(dirname(path))).toEqual([]);
    await taken.value?.close();
  });

  test("close() ends pending handshakes and a pending next()", async () => {
    const path = tempPath();
    const server = await listen(path);
    const pending = server[Symbol.asyncIterator]().next();
    const socket = await RawPeer.connect(path);
    await socket.nonce();
    await server.close();
    expect(await pending).toMatchObject({ done: true });
    expect(await socket.goodbye()).toBe("closed");
  });

  test("rejects next() with the reason of an abort, and yields the next channel to a later loop", async () => {
    const path = tempPath();
    const server = await listen(path);
    const controller = new AbortController();
    const pending = server.channels({ signal: controller.signal }).next();
    await expect(server.channels().next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    controller.abort("enough");
    await expect(pending).rejects.toBe("enough");
    await connectTo(path);
    expect(await server.channels({ signal: new AbortController().signal }).next()).toMatchObject({
      done: false,
    });
    await expect(server.channels({ signal: AbortSignal.abort("before") }).next()).rejects.toBe("before");
  });

  test("frees the path at the end of an await using block", async () => {
    const path = tempPath();
    {
      await using server = await IPCServer.listen(path);
      expect(existsSync(path)).toBe(true);
      expect(server).toBeInstanceOf(IPCServer);
    }
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test("listen() rejects with ERR_IPC_PATH_IN_USE on a path in use; after an abort it rejects with the reason and binds nothing", async () => {
    const path = tempPath();
    await listen(path);
    await expect(IPCServer.listen(path)).rejects.toMatchObject({ code: "ERR_IPC_PATH_IN_USE" });
    const other = tempPath();
    await expect(IPCServer.listen(other, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    const controller = new AbortController();
    const listening = IPCServer.listen(other, { signal: controller.signal });
    controller.abort("meanwhile");
    await expect(listening).rejects.toBe("meanwhile");
    expect(readdirSync(dirname(other))).toEqual([]);
  });

  test("calls onRefused with the error of a refused peer, but not for peers that close() drops", async () => {
    const path = tempPath();
    const refused = new PullQueue<unknown>();
    const onRefused = vi.fn((error: unknown) => refused.push(error));
    const server = await listen(path, { token: "0123456789abcdef", onRefused });
    await expect(IPCChannel.connect(path)).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    expect(await refused.iterate().next()).toMatchObject({ value: { code: "ERR_IPC_UNAUTHORIZED" } });
    const socket = await silent(path);
    socket.resume();
    await server.close();
    if (!socket.closed) await once(socket, "close");
    expect(onRefused).toHaveBeenCalledTimes(1);
  });

  test.skipIf(!listsDescriptors)("leaves no descriptor open after 200 connections", async () => {
    const path = tempPath();
    const server = await listen(path);
    const round = async () => {
      const [connector, acceptor] = await Promise.all([
        IPCChannel.connect(path),
        server[Symbol.asyncIterator]()
          .next()
          .then(({ value }) => value),
      ]);
      await connector.close();
      await acceptor?.closed;
    };
    await round();
    const before = descriptors();
    for (let count = 0; count < 200; count++) await round();
    expect(descriptors()).toBeLessThanOrEqual(before + 2);
  });
});
