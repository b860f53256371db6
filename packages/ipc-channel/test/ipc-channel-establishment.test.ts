import { getEventListeners, once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname } from "node:path";
import { duplexPair } from "node:stream";
import { describe, expect, test } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { PullQueue } from "../src/queue/pull-queue.ts";
import { Child } from "./support/child.ts";
import { RawPeer } from "./support/raw-peer.ts";
import { tempPath } from "./support/temp-dir.ts";

describe("IPCChannel", () => {
  test("opens over a child's extra stdio pipe", async () => {
    const child = new Child("stdio.mjs");
    const channel = await IPCChannel.over(child.process.stdio[3] as Socket, { role: "accept" });
    await channel.send({ a: 1 }, Uint8Array.of(1, 2));
    expect((await channel.messages().next()).value).toMatchObject({
      header: { a: 1 },
      payload: Uint8Array.of(1, 2),
    });
    await channel.close();
    expect(await child.exitCode()).toBe(0);
  });

  test("rejects an invalid option of accept, connect and over with a RangeError before binding or connecting", async () => {
    const path = tempPath();
    const options = { token: "too short" };
    await expect(IPCChannel.accept(path, options)).rejects.toBeInstanceOf(RangeError);
    await expect(IPCChannel.connect(path, options)).rejects.toBeInstanceOf(RangeError);
    await expect(IPCChannel.over(duplexPair()[0], { ...options, role: "accept" })).rejects.toBeInstanceOf(
      RangeError,
    );
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test("accept() calls onRefused for each refused peer, and resolves with a channel to the first admitted peer", async () => {
    const path = tempPath();
    const refusals = new PullQueue<unknown>();
    const refused = refusals.iterate();
    const refusal = async () => (await refused.next()).value;
    const token = "0123456789abcdef";
    const accepted = IPCChannel.accept(path, {
      token,
      onRefused: (error) => refusals.push((error as { code: unknown }).code),
    });
    const wrong = await IPCChannel.connect(path, { token: "fedcba9876543210" }).catch(({ code }) => code);
    expect(wrong).toBe("ERR_IPC_UNAUTHORIZED");
    expect(await IPCChannel.connect(path).catch(({ code }) => code)).toBe("ERR_IPC_UNAUTHORIZED");
    const junk = await RawPeer.connect(path);
    junk.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    while (await junk.frame());
    const silent = await RawPeer.connect(path);
    await using connector = await IPCChannel.connect(path, { token });
    await using acceptor = await accepted;
    await connector.send("hello");
    expect((await acceptor.messages().next()).value?.header).toBe("hello");
    expect(await Promise.all([refusal(), refusal(), refusal()])).toEqual([
      "ERR_IPC_UNAUTHORIZED",
      "ERR_IPC_UNAUTHORIZED",
      "ERR_IPC_CORRUPT_MESSAGE",
    ]);
    await silent.nonce();
    expect(await silent.goodbye()).toBe("closed");
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test("stops listening once accept has admitted a peer", async () => {
    const path = tempPath();
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
    expect(readdirSync(dirname(path))).toEqual([]);
    const second = connect(path);
    const [error] = await once(second, "error");
    expect(error.code).toBe("ENOENT");
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("accept() and connect() remove their abort listeners once the channel is open", async () => {
    const path = tempPath();
    const { signal } = new AbortController();
    const connecting = IPCChannel.connect(path, { signal });
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path, { signal }), connecting]);
    const next = acceptor.messages({ signal }).next();
    await connector.send(1);
    await next;
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await Promise.all([acceptor.close(), connector.close()]);
  });
});
