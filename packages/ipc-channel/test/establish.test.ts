import { once } from "node:events";
import { duplexPair } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { type FrameKind, frameKind } from "../src/frame.ts";
import { proofOf, type Role } from "../src/handshake.ts";
import { IPCChannel } from "../src/ipc-channel.ts";
import { connectedSockets } from "./channel-pair.ts";
import { frameBytes, helloOf, RawPeer } from "./raw-peer.ts";
import { readArrived } from "./read-arrived.ts";
import { tempPath } from "./temp-dir.ts";

const token = "a token of sixteen bytes and more";
const roles = ["accept", "connect"] as const;

/** A raw peer, and what becomes of the channel at the other end. */
async function facing(role: Role, options: { token?: string; signal?: AbortSignal } = {}) {
  const [left, right] = await connectedSockets(tempPath());
  const opened = IPCChannel.over(left, { ...options, role });
  opened.catch(() => {});
  onTestFinished(() => opened.then((channel) => channel.close()).catch(() => {}));
  return { opened, socket: left, peer: new RawPeer(right) };
}

test.each(roles)("junk bytes are ERR_IPC_CORRUPT_MESSAGE (%s)", async (role) => {
  const { opened, peer, socket } = await facing(role);
  peer.write(Buffer.from("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
  await peer.frame();
  expect(await peer.goodbye()).toBe("ERR_IPC_CORRUPT_MESSAGE");
  expect(socket.destroyed).toBe(true);
});

test.each(roles)("another version is ERR_IPC_VERSION on both sides (%s)", async (role) => {
  const { opened, peer } = await facing(role);
  const hello = frameBytes(frameKind.hello, helloOf());
  hello[3] = 2;
  peer.write(hello);
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_VERSION" });
  await peer.frame();
  expect(await peer.goodbye()).toBe("ERR_IPC_VERSION");
});

test.each(roles)("a goodbye with ERR_IPC_VERSION is ERR_IPC_VERSION (%s)", async (role) => {
  const { opened, peer } = await facing(role);
  peer.send(frameKind.goodbye, { code: "ERR_IPC_VERSION" });
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_VERSION" });
});

test.each(roles)("a message, proof or alive before the hello is refused (%s)", async (role) => {
  for (const [kind, header] of [
    [frameKind.message, { a: 1 }],
    [frameKind.proof, { mac: Buffer.alloc(32) }],
    [frameKind.alive, {}],
  ] as [FrameKind, unknown][]) {
    const { opened, peer } = await facing(role, { token });
    peer.send(kind, header);
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    await peer.frame();
    expect(await peer.goodbye()).toBe("ERR_IPC_CORRUPT_MESSAGE");
  }
});

test("a message between hello and proof is refused", async () => {
  const { opened, peer } = await facing("accept", { token });
  peer.send(frameKind.hello, helloOf({ auth: true }));
  peer.send(frameKind.message, { sneaked: "in" });
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
});

test("a hello over 1,024 bytes and a payload before admission are refused, and nothing is allocated for them", async () => {
  for (const hex of ["49504301000000000104000000000000", "4950430102010000010000000000ff03"]) {
    const { opened, peer } = await facing("accept");
    const before = process.memoryUsage().arrayBuffers;
    peer.write(Buffer.from(hex, "hex"));
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_MESSAGE_TOO_LARGE" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  }
});

test.each(roles)(
  "a peer that leaves before its hello is ERR_IPC_CLOSED, inside it ERR_IPC_TRUNCATED_MESSAGE (%s)",
  async (role) => {
    const silent = await facing(role);
    silent.peer.socket.end();
    await expect(silent.opened).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    const halting = await facing(role);
    halting.peer.socket.end(frameBytes(frameKind.hello, helloOf()).subarray(0, 40));
    await expect(halting.opened).rejects.toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
  },
);

test.each(roles)("a token on one side only is ERR_IPC_UNAUTHORIZED on both (%s)", async (role) => {
  for (const ours of [token, undefined]) {
    const { opened, peer } = await facing(role, ours ? { token: ours } : {});
    peer.send(frameKind.hello, helloOf({ auth: !ours }));
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    await peer.frame();
    expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
  }
});

test.each(roles)("our own hello sent back is ERR_IPC_UNAUTHORIZED (%s)", async (role) => {
  const { opened, peer } = await facing(role, { token });
  const nonce = await peer.nonce();
  peer.send(frameKind.hello, helloOf({ nonce, auth: true }));
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
});

test("a proof reflected to the connector is refused", async () => {
  const { opened, peer } = await facing("connect", { token });
  await peer.nonce();
  peer.send(frameKind.hello, helloOf({ auth: true }));
  const proof = await peer.frame();
  expect(proof?.kind).toBe(frameKind.proof);
  peer.send(frameKind.proof, proof?.header);
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
});

test("an acceptor shows no proof before it has seen one", async () => {
  const { opened, peer } = await facing("accept", { token });
  const nonce = await peer.nonce();
  const own = Buffer.alloc(16, 5);
  peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
  peer.send(frameKind.proof, { mac: proofOf("another token altogether", "connect", own, nonce) });
  await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
  expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
});

test("the proof of one connector is not taken by another one as an acceptor's", async () => {
  // Each of the two is shown the other one's nonce, so that both prove over the same two nonces.
  const [victim, oracle] = [await facing("connect", { token }), await facing("connect", { token })];
  const [victimNonce, oracleNonce] = [await victim.peer.nonce(), await oracle.peer.nonce()];
  victim.peer.send(frameKind.hello, helloOf({ nonce: oracleNonce, auth: true }));
  oracle.peer.send(frameKind.hello, helloOf({ nonce: victimNonce, auth: true }));
  victim.peer.send(frameKind.proof, (await oracle.peer.frame())?.header);
  await expect(victim.opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
});

test("a proof from an earlier session opens no later one, and a connector's opens an acceptor only with its own nonces", async () => {
  const [first, second] = [await facing("connect", { token }), await facing("accept", { token })];
  const own = Buffer.alloc(16, 9);
  await first.peer.nonce();
  first.peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
  const proof = await first.peer.frame();
  second.peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
  second.peer.send(frameKind.proof, proof?.header);
  await expect(second.opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
});

test.each(roles)("a peer that knows the token is admitted (%s)", async (role) => {
  const { opened, peer } = await facing(role, { token });
  await peer.shakeHands(role === "accept" ? "connect" : "accept", token);
  peer.send(frameKind.message, { a: 1 }, Uint8Array.of(1));
  const channel = await opened;
  expect((await channel.messages().next()).value).toMatchObject({
    header: { a: 1 },
    payload: Uint8Array.of(1),
  });
});

test("what a peer sends right behind its hello waits for whoever reads the channel", async () => {
  const { opened, peer } = await facing("accept");
  peer.write(
    Buffer.concat([
      frameBytes(frameKind.hello, helloOf()),
      frameBytes(frameKind.message, { text: "x".repeat(2000) }, new Uint8Array(3000)),
      frameBytes(frameKind.goodbye, { code: "closed" }),
    ]),
  );
  peer.socket.end();
  const channel = await opened;
  const headers: unknown[] = [];
  for await (const { header, payload } of channel) headers.push([header, payload?.length]);
  expect(headers).toEqual([[{ text: "x".repeat(2000) }, 3000]]);
  expect(await channel.closed).toEqual({ by: "peer", code: "closed" });
});

test("a peer that says nothing is given up after handshakeTimeout, and told so", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const [left, right] = duplexPair();
  const opened = IPCChannel.over(left, { role: "accept", handshakeTimeout: 3000 });
  let isSettled = false;
  const outcome = opened
    .catch((error) => error)
    .finally(() => {
      isSettled = true;
    });
  await vi.advanceTimersByTimeAsync(2999);
  expect(isSettled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(await outcome).toMatchObject({ code: "ERR_IPC_TIMEOUT" });
  expect(left.destroyed).toBe(true);
  expect(readArrived(right).toString("latin1")).toContain("ERR_IPC_TIMEOUT");
  expect(vi.getTimerCount()).toBe(0);
});

test.each(roles)(
  "an abort rejects with its reason, destroys the stream and leaves no listener (%s)",
  async (role) => {
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, "removeEventListener");
    const { opened, socket, peer } = await facing(role, { signal: controller.signal });
    await peer.nonce();
    controller.abort("enough");
    await expect(opened).rejects.toBe("enough");
    expect(socket.destroyed).toBe(true);
    expect(remove).toHaveBeenCalled();
    expect(await peer.goodbye()).toBe("closed");
  },
);

test("a signal that has aborted before rejects at once, and one that aborts after admission changes nothing", async () => {
  const { opened, socket } = await facing("accept", { signal: AbortSignal.abort("before") });
  await expect(opened).rejects.toBe("before");
  expect(socket.destroyed).toBe(true);
  const controller = new AbortController();
  const later = await facing("accept", { signal: controller.signal });
  await later.peer.shakeHands("connect");
  const channel = await later.opened;
  controller.abort();
  expect(channel.isClosed).toBe(false);
  await channel.send(1);
  expect((await later.peer.frame())?.header).toBe(1);
});

test("an abort in the tick of the admission settles once, and leaves nothing open where it won", async () => {
  for (let round = 0; round < 10; round++) {
    const controller = new AbortController();
    const { opened, peer, socket } = await facing("accept", { signal: controller.signal });
    socket.once("data", () => controller.abort("enough"));
    peer.send(frameKind.hello, helloOf());
    const outcome = await opened.catch((reason: unknown) => reason);
    if (outcome instanceof IPCChannel) await outcome.close();
    else expect(outcome).toBe("enough");
    if (!socket.closed) await once(socket, "close");
  }
});
