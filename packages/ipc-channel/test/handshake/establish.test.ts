import { once } from "node:events";
import { duplexPair } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { proofOf, type Role } from "../../src/handshake/handshake.ts";
import { IPCChannel } from "../../src/ipc-channel.ts";
import { type FrameKind, frameKind } from "../../src/wire/frame.ts";
import { connectedSockets } from "../support/channel-pair.ts";
import { frameBytes, helloOf, RawPeer } from "../support/raw-peer.ts";
import { readArrived } from "../support/read-arrived.ts";
import { tempPath } from "../support/temp-dir.ts";

const token = "a token of sixteen bytes and more";
const roles = ["accept", "connect"] as const;

/** A channel during its handshake, and the raw peer at the other end. */
async function facing(role: Role, options: { token?: string; signal?: AbortSignal } = {}) {
  const [left, right] = await connectedSockets(tempPath());
  const opened = IPCChannel.over(left, { ...options, role });
  opened.catch(() => {});
  onTestFinished(() => opened.then((channel) => channel.close()).catch(() => {}));
  return { opened, socket: left, peer: new RawPeer(right) };
}

describe("IPCChannel.over", () => {
  test.each(roles)("rejects bytes of another protocol with ERR_IPC_CORRUPT_MESSAGE (%s)", async (role) => {
    const { opened, peer, socket } = await facing(role);
    peer.write(Buffer.from("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    await peer.frame();
    expect(await peer.goodbye()).toBe("ERR_IPC_CORRUPT_MESSAGE");
    expect(socket.destroyed).toBe(true);
  });

  test.each(roles)(
    "rejects another version with ERR_IPC_VERSION, and sends the code to the peer (%s)",
    async (role) => {
      const { opened, peer } = await facing(role);
      const hello = frameBytes(frameKind.hello, helloOf());
      hello[3] = 2;
      peer.write(hello);
      await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_VERSION" });
      await peer.frame();
      expect(await peer.goodbye()).toBe("ERR_IPC_VERSION");
    },
  );

  test.each(roles)("rejects with ERR_IPC_VERSION after a goodbye with that code (%s)", async (role) => {
    const { opened, peer } = await facing(role);
    peer.send(frameKind.goodbye, { code: "ERR_IPC_VERSION" });
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_VERSION" });
  });

  test.each(roles)(
    "rejects a message, proof or alive before the hello with ERR_IPC_CORRUPT_MESSAGE (%s)",
    async (role) => {
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
    },
  );

  test("rejects a message between hello and proof with ERR_IPC_CORRUPT_MESSAGE", async () => {
    const { opened, peer } = await facing("accept", { token });
    peer.send(frameKind.hello, helloOf({ auth: true }));
    peer.send(frameKind.message, { sneaked: "in" });
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
  });

  test("rejects a hello over 1,024 bytes or a payload before admission with ERR_IPC_MESSAGE_TOO_LARGE, and allocates no memory for either", async () => {
    for (const hex of ["49504301000000000104000000000000", "4950430102010000010000000000ff03"]) {
      const { opened, peer } = await facing("accept");
      const before = process.memoryUsage().arrayBuffers;
      peer.write(Buffer.from(hex, "hex"));
      await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_MESSAGE_TOO_LARGE" });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    }
  });

  test.each(roles)(
    "rejects with ERR_IPC_CLOSED if the stream ends before the hello, and with ERR_IPC_TRUNCATED_MESSAGE inside the hello (%s)",
    async (role) => {
      const silent = await facing(role);
      silent.peer.socket.end();
      await expect(silent.opened).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
      const halting = await facing(role);
      halting.peer.socket.end(frameBytes(frameKind.hello, helloOf()).subarray(0, 40));
      await expect(halting.opened).rejects.toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
    },
  );

  test.each(roles)(
    "rejects a token on one side only with ERR_IPC_UNAUTHORIZED, and sends the code to the peer (%s)",
    async (role) => {
      for (const ours of [token, undefined]) {
        const { opened, peer } = await facing(role, ours ? { token: ours } : {});
        peer.send(frameKind.hello, helloOf({ auth: !ours }));
        await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
        await peer.frame();
        expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
      }
    },
  );

  test.each(roles)(
    "rejects a hello that repeats this side's nonce with ERR_IPC_UNAUTHORIZED (%s)",
    async (role) => {
      const { opened, peer } = await facing(role, { token });
      const nonce = await peer.nonce();
      peer.send(frameKind.hello, helloOf({ nonce, auth: true }));
      await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    },
  );

  test("rejects an acceptor that returns the connector's own proof with ERR_IPC_UNAUTHORIZED", async () => {
    const { opened, peer } = await facing("connect", { token });
    await peer.nonce();
    peer.send(frameKind.hello, helloOf({ auth: true }));
    const proof = await peer.frame();
    expect(proof?.kind).toBe(frameKind.proof);
    peer.send(frameKind.proof, proof?.header);
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
  });

  test("sends no proof to a connector whose proof is wrong", async () => {
    const { opened, peer } = await facing("accept", { token });
    const nonce = await peer.nonce();
    const own = Buffer.alloc(16, 5);
    peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
    peer.send(frameKind.proof, { mac: proofOf("another token altogether", "connect", own, nonce) });
    await expect(opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
    expect(await peer.goodbye()).toBe("ERR_IPC_UNAUTHORIZED");
  });

  test("rejects an acceptor that forwards another connector's proof with ERR_IPC_UNAUTHORIZED", async () => {
    // Each connector receives the other connector's nonce, so both proofs cover the same two nonces.
    const [victim, oracle] = [await facing("connect", { token }), await facing("connect", { token })];
    const [victimNonce, oracleNonce] = [await victim.peer.nonce(), await oracle.peer.nonce()];
    victim.peer.send(frameKind.hello, helloOf({ nonce: oracleNonce, auth: true }));
    oracle.peer.send(frameKind.hello, helloOf({ nonce: victimNonce, auth: true }));
    victim.peer.send(frameKind.proof, (await oracle.peer.frame())?.header);
    await expect(victim.opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
  });

  test("rejects a proof from an earlier connection with ERR_IPC_UNAUTHORIZED", async () => {
    const [first, second] = [await facing("connect", { token }), await facing("accept", { token })];
    const own = Buffer.alloc(16, 9);
    await first.peer.nonce();
    first.peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
    const proof = await first.peer.frame();
    second.peer.send(frameKind.hello, helloOf({ nonce: own, auth: true }));
    second.peer.send(frameKind.proof, proof?.header);
    await expect(second.opened).rejects.toMatchObject({ code: "ERR_IPC_UNAUTHORIZED" });
  });

  test.each(roles)("admits a peer that knows the token (%s)", async (role) => {
    const { opened, peer } = await facing(role, { token });
    await peer.shakeHands(role === "accept" ? "connect" : "accept", token);
    peer.send(frameKind.message, { a: 1 }, Uint8Array.of(1));
    const channel = await opened;
    expect((await channel.messages().next()).value).toMatchObject({
      header: { a: 1 },
      payload: Uint8Array.of(1),
    });
  });

  test("keeps a message that arrives together with the hello until the channel is read", async () => {
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

  test("rejects with ERR_IPC_TIMEOUT after handshakeTimeout, and sends the code to the peer", async () => {
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
    "rejects with the reason of an abort, destroys the stream and removes the signal's listener (%s)",
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

  test("rejects at once if the signal has already aborted, and ignores an abort after admission", async () => {
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

  test("opens, or rejects with the abort reason and closes the stream, if the signal aborts in the tick of admission", async () => {
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
});
