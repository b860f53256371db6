import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { PullQueue } from "../src/queue/pull-queue.ts";
import { frameKind, maxLength } from "../src/wire/frame.ts";
import { descriptors, untilDescriptors } from "./support/descriptors.ts";
import { frameBytes, helloOf, prefixOf, RawPeer } from "./support/raw-peer.ts";
import { tempPath } from "./support/temp-dir.ts";

const token = "0123456789abcdef";
const hello = frameBytes(frameKind.hello, helloOf({ auth: true }));

/** Starts an echo server with a token, and collects the codes of the errors passed to onRefused. */
async function echoServer(handshakeTimeout = 1000) {
  const path = tempPath();
  const codes = new PullQueue<string>();
  const server = await IPCServer.listen(path, {
    token,
    handshakeTimeout,
    onRefused: (error) => codes.push((error as { code: string }).code),
  });
  onTestFinished(() => server.close());
  (async () => {
    for await (const channel of server) {
      (async () => {
        for await (const { header, payload } of channel) channel.send(header, payload);
      })();
    }
  })();
  const refused = codes.iterate();
  return { path, codes, refusal: async () => (await refused.next()).value };
}

/** Connects a peer with the token, checks that the peer receives an echo, and closes the channel. */
async function expectEcho(path: string): Promise<void> {
  await using channel = await IPCChannel.connect(path, { token });
  const payload = new Uint8Array(100_000).fill(5);
  channel.send("hello", payload);
  const { value } = await channel.messages().next();
  expect(value?.header).toBe("hello");
  expect(Buffer.compare(value?.payload ?? Buffer.alloc(0), payload)).toBe(0);
}

/** An unauthenticated peer that reads and drops all bytes. */
async function rawConnection(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket.resume();
}

/** Writes these bytes one at a time until the socket closes. */
function drip(socket: Socket, bytes: Uint8Array): void {
  let next = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(next, ++next));
    if (next === bytes.length) clearInterval(timer);
  }, 20);
  socket.once("close", () => clearInterval(timer));
}

describe("IPCServer", () => {
  test.each<[string, string, (socket: Socket) => unknown]>([
    ["sends nothing", "ERR_IPC_TIMEOUT", () => {}],
    ["sends nothing after its hello", "ERR_IPC_TIMEOUT", (socket) => socket.write(hello)],
    ["sends one byte at a time", "ERR_IPC_TIMEOUT", (socket) => drip(socket, hello)],
    [
      "sends only the prefix of the largest hello",
      "ERR_IPC_TIMEOUT",
      (socket) => socket.write(prefixOf(frameKind.hello, 1024)),
    ],
    [
      "sends only the prefix of the largest proof after its hello",
      "ERR_IPC_TIMEOUT",
      (socket) => socket.write(Buffer.concat([hello, prefixOf(frameKind.proof, 1024)])),
    ],
    [
      "announces a hello over the limit",
      "ERR_IPC_MESSAGE_TOO_LARGE",
      (socket) => socket.write(prefixOf(frameKind.hello, maxLength)),
    ],
    [
      "announces a message of the largest length without a proof",
      "ERR_IPC_MESSAGE_TOO_LARGE",
      (socket) => socket.write(Buffer.concat([hello, prefixOf(frameKind.message, 1, maxLength)])),
    ],
    [
      "never reads, and sends only its hello",
      "ERR_IPC_TIMEOUT",
      (socket) => {
        socket.pause();
        socket.write(hello);
      },
    ],
    [
      "never reads, and sends its hello 20,000 times",
      "ERR_IPC_CORRUPT_MESSAGE",
      (socket) => {
        socket.pause();
        socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => hello)));
      },
    ],
    [
      "echoes all bytes",
      "ERR_IPC_UNAUTHORIZED",
      (socket) => socket.on("data", (chunk) => socket.write(chunk)),
    ],
    [
      "sends a wrong proof",
      "ERR_IPC_UNAUTHORIZED",
      (socket) =>
        socket.write(Buffer.concat([hello, frameBytes(frameKind.proof, { mac: Buffer.alloc(32) })])),
    ],
  ])("refuses a peer that %s (%s), and serves other peers at the same time", async (_, code, attack) => {
    const { path, refusal } = await echoServer();
    await expectEcho(path);
    const before = descriptors();
    const socket = await rawConnection(path);
    // The socket may emit EPIPE first.
    const closed = new Promise((resolve) => socket.once("close", resolve));
    attack(socket);
    await expectEcho(path);
    expect(await refusal()).toBe(code);
    // A socket that is not read does not emit 'close'.
    socket.resume();
    await closed;
    await untilDescriptors(before);
    await expectEcho(path);
  });

  test("refuses a peer with a wrong token, and serves other peers at the same time", async () => {
    const { path, refusal } = await echoServer();
    await expectEcho(path);
    const before = descriptors();
    const wrong = IPCChannel.connect(path, { token: "fedcba9876543210" });
    wrong.catch(() => {});
    await expectEcho(path);
    await expect(wrong).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    expect(await refusal()).toBe("ERR_IPC_UNAUTHORIZED");
    await untilDescriptors(before);
  });

  test("refuses a peer that replays the bytes of an admitted peer", async () => {
    const { path, refusal } = await echoServer();
    await expectEcho(path);
    const before = descriptors();
    const recorded: Buffer[] = [];
    const relayPath = tempPath();
    const relay = createServer((socket) => {
      const onward = connect(path);
      socket.on("data", (chunk) => recorded.push(chunk));
      socket.pipe(onward).pipe(socket);
      for (const each of [socket, onward]) each.on("error", () => each.destroy());
    }).listen(relayPath);
    await once(relay, "listening");
    await expectEcho(relayPath);
    relay.close();
    const peer = await RawPeer.connect(path);
    peer.write(Buffer.concat(recorded));
    await expectEcho(path);
    expect(await refusal()).toBe("ERR_IPC_UNAUTHORIZED");
    await peer.nonce();
    expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
    peer.socket.destroy();
    await untilDescriptors(before);
  });

  test("drops 1,000 silent peers by eviction or after handshakeTimeout, and serves other peers at the same time", async () => {
    const { path, codes, refusal } = await echoServer(4000);
    await expectEcho(path);
    const before = descriptors();
    const closed: Promise<unknown>[] = [];
    // Peers connect in rounds, because the kernel limits the number of connections that wait to be accepted.
    for (let round = 0; round < 25; round++) {
      const sockets = await Promise.all(Array.from({ length: 40 }, () => rawConnection(path)));
      closed.push(...sockets.filter((socket) => !socket.closed).map((socket) => once(socket, "close")));
      await expectEcho(path);
    }
    await Promise.all(closed);
    await untilDescriptors(before);
    // onRefused is called for peers that time out, and not for evicted peers.
    const told = 33;
    for (let count = 0; count < told; count++) expect(await refusal()).toBe("ERR_IPC_TIMEOUT");
    expect(told + codes.size).toBeLessThanOrEqual(64);
    await expectEcho(path);
  });
});
