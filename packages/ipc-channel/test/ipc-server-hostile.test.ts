import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { frameKind, maxLength, prefixBytes } from "../src/frame.ts";
import { writePrefix } from "../src/frame-prefix.ts";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { PullQueue } from "../src/pull-queue.ts";
import { descriptors, untilDescriptors } from "./descriptors.ts";
import { frameBytes, helloOf, RawPeer } from "./raw-peer.ts";
import { tempPath } from "./temp-dir.ts";

const token = "0123456789abcdef";
const hello = frameBytes(frameKind.hello, helloOf({ auth: true }));

/** A prefix whose frame does not follow. */
function prefixOf(kind: 0 | 1 | 2, headerLength: number, payloadLength?: number): Buffer {
  const bytes = Buffer.alloc(prefixBytes);
  writePrefix(bytes, 0, kind, headerLength, payloadLength);
  return bytes;
}

/** A server with a token that echoes, and the codes of its refusals. */
async function besieged(handshakeTimeout = 1000) {
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

/** An honest peer comes, is served, and goes. */
async function isServed(path: string): Promise<void> {
  await using channel = await IPCChannel.connect(path, { token });
  const payload = new Uint8Array(100_000).fill(5);
  channel.send("hello", payload);
  const { value } = await channel.messages().next();
  expect(value?.header).toBe("hello");
  expect(Buffer.compare(value?.payload ?? Buffer.alloc(0), payload)).toBe(0);
}

/** A peer that reads and drops what it is told. */
async function attacker(path: string): Promise<Socket> {
  const socket = connect(path);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket.resume();
}

/** Writes these bytes one at a time, as long as anybody takes them. */
function drip(socket: Socket, bytes: Uint8Array): void {
  let next = 0;
  const timer = setInterval(() => {
    socket.write(bytes.subarray(next, ++next));
    if (next === bytes.length) clearInterval(timer);
  }, 20);
  socket.once("close", () => clearInterval(timer));
}

test.each<[string, string, (socket: Socket) => unknown]>([
  ["says nothing", "ERR_IPC_TIMEOUT", () => {}],
  ["says hello, and then nothing", "ERR_IPC_TIMEOUT", (socket) => socket.write(hello)],
  ["speaks a byte at a time", "ERR_IPC_TIMEOUT", (socket) => drip(socket, hello)],
  [
    "announces the largest hello and stops",
    "ERR_IPC_TIMEOUT",
    (socket) => socket.write(prefixOf(frameKind.hello, 1024)),
  ],
  [
    "announces the largest proof and stops",
    "ERR_IPC_TIMEOUT",
    (socket) => socket.write(Buffer.concat([hello, prefixOf(frameKind.proof, 1024)])),
  ],
  [
    "announces a hello as large as can be",
    "ERR_IPC_MESSAGE_TOO_LARGE",
    (socket) => socket.write(prefixOf(frameKind.hello, maxLength)),
  ],
  [
    "announces a message as large as can be, unproven",
    "ERR_IPC_MESSAGE_TOO_LARGE",
    (socket) => socket.write(Buffer.concat([hello, prefixOf(frameKind.message, 1, maxLength)])),
  ],
  [
    "never reads, and says no more than hello",
    "ERR_IPC_TIMEOUT",
    (socket) => {
      socket.pause();
      socket.write(hello);
    },
  ],
  [
    "never reads, and writes as much as it can",
    "ERR_IPC_CORRUPT_MESSAGE",
    (socket) => {
      socket.pause();
      socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => hello)));
    },
  ],
  [
    "gives back what it is told",
    "ERR_IPC_UNAUTHORIZED",
    (socket) => socket.on("data", (chunk) => socket.write(chunk)),
  ],
  [
    "makes a proof up",
    "ERR_IPC_UNAUTHORIZED",
    (socket) => socket.write(Buffer.concat([hello, frameBytes(frameKind.proof, { mac: Buffer.alloc(32) })])),
  ],
])("a peer that %s is refused with %s, and others are served meanwhile", async (_, code, attack) => {
  const { path, refusal } = await besieged();
  await isServed(path);
  const before = descriptors();
  const socket = await attacker(path);
  const closed = once(socket, "close");
  attack(socket);
  await isServed(path);
  expect(await refusal()).toBe(code);
  // One that does not read would not see the end either.
  socket.resume();
  await closed;
  await untilDescriptors(before);
  await isServed(path);
});

test("a peer with another token is refused, and others are served meanwhile", async () => {
  const { path, refusal } = await besieged();
  await isServed(path);
  const before = descriptors();
  const wrong = IPCChannel.connect(path, { token: "fedcba9876543210" });
  wrong.catch(() => {});
  await isServed(path);
  await expect(wrong).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
  expect(await refusal()).toBe("ERR_IPC_UNAUTHORIZED");
  await untilDescriptors(before);
});

test("a peer that says again what an honest one has said is refused", async () => {
  const { path, refusal } = await besieged();
  await isServed(path);
  const before = descriptors();
  const heard: Buffer[] = [];
  const spyPath = tempPath();
  const spy = createServer((socket) => {
    const onward = connect(path);
    socket.on("data", (chunk) => heard.push(chunk));
    socket.pipe(onward).pipe(socket);
    for (const each of [socket, onward]) each.on("error", () => each.destroy());
  }).listen(spyPath);
  await once(spy, "listening");
  await isServed(spyPath);
  spy.close();
  const peer = await RawPeer.connect(path);
  peer.write(Buffer.concat(heard));
  await isServed(path);
  expect(await refusal()).toBe("ERR_IPC_UNAUTHORIZED");
  await peer.nonce();
  expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
  peer.socket.destroy();
  await untilDescriptors(before);
});

test("1,000 peers that say nothing are dropped, the newest 64 by the time-out, and others are served meanwhile", async () => {
  const { path, codes, refusal } = await besieged(1000);
  await isServed(path);
  const before = descriptors();
  const closed: Promise<unknown>[] = [];
  // Not all at once: the kernel takes only so many that wait to be accepted.
  for (let round = 0; round < 25; round++) {
    const sockets = await Promise.all(Array.from({ length: 40 }, () => attacker(path)));
    closed.push(...sockets.filter((socket) => !socket.closed).map((socket) => once(socket, "close")));
    await isServed(path);
  }
  await Promise.all(closed);
  await untilDescriptors(before);
  // Those that were dropped to make room are not told of.
  const told = 33;
  for (let count = 0; count < told; count++) expect(await refusal()).toBe("ERR_IPC_TIMEOUT");
  expect(told + codes.size).toBeLessThanOrEqual(64);
  await isServed(path);
});
