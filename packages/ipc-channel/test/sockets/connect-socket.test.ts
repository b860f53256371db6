import { getEventListeners, once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { IPCServer } from "../../src/ipc-server.ts";
import { connectSettings } from "../../src/options/channel-settings.ts";
import { connectSocket } from "../../src/sockets/connect-socket.ts";
import { frameKind } from "../../src/wire/frame.ts";
import { RawPeer } from "../support/raw-peer.ts";
import { tempDir, tempPath } from "../support/temp-dir.ts";

describe("IPCChannel.connect", () => {
  test("retries while the path is missing or a regular file", async () => {
    const path = tempPath();
    writeFileSync(path, "");
    const controller = new AbortController();
    const waiting = IPCChannel.connect(path, { signal: controller.signal });
    const missing = tempPath();
    const [acceptor, connector] = await Promise.all([
      IPCChannel.connect(missing).then((channel) => channel),
      IPCChannel.accept(missing),
    ]);
    await Promise.all([acceptor.close(), connector.close()]);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
  });

  test("retries while the listener closes each connection during the handshake", async () => {
    const path = tempPath();
    let drops = 0;
    const dropping = createServer((socket) => {
      drops++;
      // Three ways to close the connection: destroy the socket at once, end it, or destroy it after the first bytes.
      if (drops % 3 === 0) socket.destroy();
      else if (drops % 3 === 1) socket.resume().end();
      else socket.once("data", () => socket.destroy());
      if (drops === 4) dropping.close();
    }).listen(path);
    await once(dropping, "listening");
    const connected = IPCChannel.connect(path);
    await once(dropping, "close");
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), connected]);
    expect(drops).toBe(4);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("retries after a goodbye without an error, and rejects after a goodbye with ERR_IPC_UNAUTHORIZED", async () => {
    const path = tempPath();
    const connected = IPCChannel.connect(path);
    const outcome = connected.catch(({ code }) => code);
    const first = await RawPeer.accept(path);
    first.send(frameKind.goodbye, { code: "closed" });
    first.socket.end();
    const second = await RawPeer.accept(path);
    second.send(frameKind.goodbye, { code: "ERR_IPC_UNAUTHORIZED" });
    expect(await outcome).toBe("ERR_IPC_UNAUTHORIZED");
  });

  test.each([
    ["empty", () => ""],
    ["with a NUL", () => "/tmp/a\0b"],
    ["too long", () => join(tempDir(), "ä".repeat(50))],
    [
      "below a file",
      () => {
        const directory = tempDir();
        writeFileSync(join(directory, "file"), "");
        return join(directory, "file", "s");
      },
    ],
  ])("rejects a path that is %s with ERR_IPC_PATH_INVALID at once", async (_, path) => {
    await expect(IPCChannel.connect(path())).rejects.toMatchObject({ code: "ERR_IPC_PATH_INVALID" });
  });

  test("rejects with the abort reason whenever the signal aborts, and leaves no socket open", async () => {
    const path = tempPath();
    await expect(IPCChannel.connect(path, { signal: AbortSignal.abort("before") })).rejects.toBe("before");

    const waiting = new AbortController();
    const connecting = IPCChannel.connect(path, { signal: waiting.signal });
    setImmediate(() => waiting.abort("while nobody listens"));
    await expect(connecting).rejects.toBe("while nobody listens");

    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(path);
    onTestFinished(() => {
      silent.close();
    });
    await once(silent, "listening");
    const shaking = new AbortController();
    const handshake = IPCChannel.connect(path, { signal: shaking.signal });
    const [socket] = (await once(silent, "connection")) as [Socket];
    socket.resume();
    shaking.abort("in the handshake");
    await expect(handshake).rejects.toBe("in the handshake");
    if (!socket.closed) await once(socket, "close");
  });

  test("passes a connected socket to establish(), and rejects with the error of establish()", async () => {
    const path = tempPath();
    const server = createServer().listen(path);
    onTestFinished(() => {
      server.close();
    });
    const error = new IPCChannelError("ERR_IPC_VERSION", "no");
    const attempt = connectSocket(path, connectSettings({}), async (socket) => {
      expect(socket.connecting).toBe(false);
      socket.destroy();
      throw error;
    });
    await expect(attempt).rejects.toBe(error);
  });

  test("retries while the path is a directory", async () => {
    const path = tempPath();
    mkdirSync(path);
    const controller = new AbortController();
    const attempt = IPCChannel.connect(path, { signal: controller.signal });
    setImmediate(() => controller.abort("enough"));
    await expect(attempt).rejects.toBe("enough");
  });

  test("calls onRetry for each failed attempt, with the error and the number of the attempt, counted from 1", async () => {
    const path = tempPath();
    const retries: [unknown, number][] = [];
    let server: Server | undefined;
    const connected = IPCChannel.connect(path, {
      onRetry: (error, attempt) => {
        retries.push([(error as { code: unknown }).code, attempt]);
        if (attempt === 2) server = createServer((socket) => socket.destroy()).listen(path);
        if (attempt === 5) server?.close();
      },
    });
    connected.catch(() => {});
    while (!server) await new Promise((resolve) => setImmediate(resolve));
    await once(server, "close");
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), connected]);
    expect(retries.slice(0, 2)).toEqual([
      ["ENOENT", 1],
      ["ENOENT", 2],
    ]);
    expect(retries.map(([code]) => code)).toContain("ERR_IPC_CLOSED");
    expect(retries.map(([, attempt]) => attempt)).toEqual(retries.map((_, index) => index + 1));
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("warns once per path after 5 s without a listener, unless onRetry or giveUpAfter is set", async () => {
    const paths = [tempPath(), tempPath(), tempPath()] as const;
    const warnings = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    let now = performance.now();
    vi.spyOn(performance, "now").mockImplementation(() => (now += 3000));
    onTestFinished(() => void vi.restoreAllMocks());
    const controller = new AbortController();
    const { signal } = controller;
    let [observed, limited] = [0, 0];
    const [first] = paths;
    const waits = [
      IPCChannel.connect(first, { signal }),
      IPCChannel.connect(first, { signal }),
      IPCChannel.connect(paths[1], { signal, onRetry: () => observed++ }),
      IPCChannel.connect(paths[2], { signal, giveUpAfter: 600_000, onRetry: () => limited++ }),
    ];
    await vi.waitFor(() => expect(Math.min(observed, limited)).toBeGreaterThanOrEqual(5));
    controller.abort("enough");
    for (const wait of waits) await expect(wait).rejects.toBe("enough");
    expect(warnings.mock.calls.map(([text]) => text)).toEqual([
      `still waiting for a listener at ${first} (ENOENT); pass onRetry or giveUpAfter to handle this, and compare the path with that of the listener`,
    ]);
  });

  test.skipIf(process.getuid?.() !== 0)("says that a socket may belong to another user", async () => {
    const path = tempPath();
    const server = await IPCServer.listen(path);
    process.seteuid?.(65_534);
    onTestFinished(() => process.seteuid?.(0));
    await expect(IPCChannel.connect(path)).rejects.toMatchObject({
      code: "ERR_IPC_PATH_INVALID",
      message: `cannot connect to ${path} (its socket or a folder above it belongs to another user): EACCES`,
    });
    process.seteuid?.(0);
    await server.close();
  });

  test("continues to retry if onRetry throws", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const path = tempPath();
    const told = new Promise<void>((resolve) => warn.mockImplementation(() => resolve()));
    const connected = IPCChannel.connect(path, {
      onRetry: () => {
        throw new Error("mistake");
      },
    });
    await told;
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), connected]);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test.each([0, 1, 60])(
    "with a giveUpAfter of %i ms, rejects with ERR_IPC_TIMEOUT and the last error as the cause",
    async (giveUpAfter) => {
      const path = tempPath();
      const retries: number[] = [];
      const attempt = IPCChannel.connect(path, {
        giveUpAfter,
        onRetry: (_, attempt) => retries.push(attempt),
      });
      await expect(attempt).rejects.toMatchObject({
        name: "IPCChannelError",
        code: "ERR_IPC_TIMEOUT",
        message: expect.stringContaining(path),
        cause: { code: "ENOENT" },
      });
      const told = retries.length;
      await IPCServer.listen(path).then((server) => server.close());
      expect(retries).toHaveLength(told);
    },
  );

  test("rejects a stalled handshake after giveUpAfter, and does not close an open channel when the signal of connect() aborts", async () => {
    const path = tempPath();
    const silent = createServer((socket) => socket.resume()).listen(path);
    onTestFinished(() => {
      silent.close();
    });
    await once(silent, "listening");
    const controller = new AbortController();
    const options = { giveUpAfter: 50, signal: controller.signal };
    const hanging = IPCChannel.connect(path, options);
    await expect(hanging).rejects.toMatchObject({
      code: "ERR_IPC_TIMEOUT",
      message: expect.stringContaining(path),
    });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);

    const another = tempPath();
    const [acceptor, connector] = await Promise.all([
      IPCChannel.accept(another),
      IPCChannel.connect(another, { ...options, giveUpAfter: 5000 }),
    ]);
    controller.abort();
    expect(connector.isClosed).toBe(false);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("rejects at once after a permanent error, with or without giveUpAfter", async () => {
    const path = tempPath();
    await using server = await IPCServer.listen(path, { token: "0123456789abcdef" });
    const options = { giveUpAfter: 600_000, onRetry: expect.fail };
    await expect(IPCChannel.connect(path, options)).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    const loop = join(tempDir(), "loop");
    symlinkSync(loop, loop);
    await expect(IPCChannel.connect(loop, options)).rejects.toMatchObject({
      code: "ERR_IPC_PATH_INVALID",
      cause: { code: "ELOOP" },
    });
    expect(server).toBeDefined();
  });

  test("resolves a relative path when connect() is called, and uses the result for every attempt", async () => {
    const [here, there] = [tempDir(), tempDir()];
    const cwd = process.cwd();
    onTestFinished(() => process.chdir(cwd));
    process.chdir(here);
    let retried: () => void = () => {};
    const again = new Promise<void>((resolve) => {
      retried = resolve;
    });
    const connected = IPCChannel.connect("s", { onRetry: (_, attempt) => attempt === 2 && retried() });
    process.chdir(there);
    await again;
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(join(here, "s")), connected]);
    await Promise.all([acceptor.close(), connector.close()]);
  });
});
