import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { Child } from "./support/child.ts";
import { tempPath, untilBound } from "./support/temp-dir.ts";

/** Sends messages of several sizes, and expects an echo of each message. */
async function expectEchoes(channel: IPCChannel): Promise<void> {
  const header = { text: "hello", list: [1, 2.5, null, true], nested: { a: "ä" } };
  for (const size of [undefined, 0, 1, 1000, 100_000, 8_294_400]) {
    const payload = size === undefined ? undefined : Buffer.alloc(size, size & 0xff);
    channel.send({ ...header, size: size ?? null }, payload);
    const { value } = await channel.messages().next();
    expect(value?.header).toEqual({ ...header, size: size ?? null });
    expect(value?.payload?.length).toBe(size);
    expect(Buffer.compare(value?.payload ?? Buffer.alloc(0), payload ?? Buffer.alloc(0))).toBe(0);
  }
}

describe("IPCChannel", () => {
  test.each(["this process", "the child"] as const)(
    "opens a channel if the acceptor starts first and is %s",
    async (who) => {
      const path = tempPath();
      const child = new Child("peer.mjs", who === "this process" ? "connect" : "accept", path, "echo");
      if (who === "the child") {
        await child.report("started");
        await untilBound(path);
      }
      await using channel = await (who === "this process"
        ? IPCChannel.accept(path)
        : IPCChannel.connect(path));
      await expectEchoes(channel);
      await channel.close();
      if (who === "this process") await child.report("started");
      await child.report("open");
      expect(await child.report("closed")).toMatchObject({ by: "peer", code: "closed" });
      expect(await child.exitCode()).toBe(0);
      expect(await channel.closed).toEqual({ by: "us", code: "closed" });
    },
  );

  test.each(["this process", "the child"] as const)(
    "opens a channel if the connector starts first and is %s",
    async (who) => {
      const path = tempPath();
      const token = "0123456789abcdef";
      const role = who === "this process" ? "accept" : "connect";
      const child = new Child("peer.mjs", role, path, "echo", { token });
      await child.report("started");
      await using channel = await (role === "accept"
        ? IPCChannel.connect(path, { token })
        : IPCChannel.accept(path, { token }));
      await expectEchoes(channel);
    },
  );

  test.each(["accept", "connect"] as const)(
    "rejects %s with the reason of an abort, and leaves nothing bound",
    async (role) => {
      const path = tempPath();
      const controller = new AbortController();
      const waiting = IPCChannel[role](path, { signal: controller.signal });
      waiting.catch(() => {});
      if (role === "accept") await untilBound(path);
      const reason = new Error("no longer wanted");
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      expect(readdirSync(dirname(path))).toEqual([]);
      const child = new Child("peer.mjs", role === "accept" ? "connect" : "accept", path, "echo");
      await child.report("started");
      await using channel = await IPCChannel[role](path);
      await expectEchoes(channel);
    },
  );

  test.each(["accept", "connect"] as const)(
    "ends the messages when the other process closes the channel (%s)",
    async (role) => {
      const path = tempPath();
      const child = new Child("peer.mjs", role === "accept" ? "connect" : "accept", path, "series");
      await using channel = await IPCChannel[role](path);
      let next = 0;
      for await (const { header, payload } of channel) {
        expect(header).toEqual({ number: next });
        expect(payload?.[99]).toBe(next & 0xff);
        next++;
      }
      expect(next).toBe(500);
      expect(await channel.closed).toEqual({ by: "peer", code: "closed" });
      await child.report("started");
      await child.report("open");
      expect(await child.report("closed")).toMatchObject({ by: "us", code: "closed" });
      expect(await child.exitCode()).toBe(0);
    },
  );

  test.each(["accept", "connect"] as const)(
    "rejects the reader with ERR_IPC_TRUNCATED_MESSAGE if the sender is killed inside a message (%s)",
    async (role) => {
      const path = tempPath();
      const other = role === "accept" ? "connect" : "accept";
      const child = new Child("peer.mjs", other, path, "flood");
      await using channel = await IPCChannel[role](path);
      await child.report("started");
      await child.report("open");
      // This process does not read yet, so only a part of the 64 MiB message has been sent.
      await child.report("flooding");
      await child.kill();
      const messages = channel.messages();
      const outcomes = [await messages.next().catch(({ code }) => code)];
      if (typeof outcomes[0] !== "string") outcomes.push(await messages.next().catch(({ code }) => code));
      expect(outcomes.at(-1)).toBe("ERR_IPC_TRUNCATED_MESSAGE");
      expect((await messages.next()).done).toBe(true);
      expect(await channel.closed).toMatchObject({
        by: "peer",
        code: "lost",
        error: { code: "ERR_IPC_TRUNCATED_MESSAGE" },
      });
      await expect(channel.send("late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
      const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
      await Promise.all([acceptor.close(), connector.close()]);
    },
  );

  test.each(["accept", "connect"] as const)(
    "settles pending sends if the reader's process is killed (%s)",
    async (role) => {
      const unhandled = vi.fn();
      process.on("unhandledRejection", unhandled);
      const path = tempPath();
      const child = new Child("peer.mjs", role === "accept" ? "connect" : "accept", path, "hold");
      await using channel = await IPCChannel[role](path);
      await channel.send("first");
      const sent = Array.from({ length: 20 }, (_, number) => channel.send(number, new Uint8Array(1 << 20)));
      channel.send("nobody awaits this");
      await child.report("started");
      await child.report("open");
      await child.report("first");
      expect(channel.bufferedBytes).toBeGreaterThan(0);
      await child.kill();
      const outcomes = await Promise.allSettled(sent);
      expect(outcomes.at(-1)).toMatchObject({ status: "rejected", reason: { code: "ERR_IPC_CLOSED" } });
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "ERR_IPC_CLOSED" });
      expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
      expect((await channel.messages().next()).done).toBe(true);
      expect(channel.bufferedBytes).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
      process.off("unhandledRejection", unhandled);
    },
  );

  test("replaces the socket of an acceptor that was killed", async () => {
    const path = tempPath();
    const child = new Child("server.mjs", path);
    child.tell("go");
    await child.report("started");
    await child.report("listening");
    await child.kill();
    expect(existsSync(path)).toBe(true);
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path), IPCChannel.connect(path)]);
    expect(existsSync(path)).toBe(false);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("does not keep the process alive after close()", async () => {
    const path = tempPath();
    const child = new Child("peer.mjs", "accept", path, "close");
    await using channel = await IPCChannel.connect(path);
    await child.report("started");
    await child.report("open");
    child.tell("close");
    expect(await child.report("closed")).toMatchObject({ by: "us", code: "closed" });
    expect(await child.exitCode()).toBe(0);
    expect(await channel.closed).toEqual({ by: "peer", code: "closed" });
  });

  test("does not keep the process alive after a cancelled accept, connect, over or listen", async () => {
    const child = new Child("cancel.mjs", tempPath());
    expect(await child.report("cancelled")).toMatchObject({
      reasons: ["enough", "enough", "enough", "enough"],
    });
    expect(await child.exitCode()).toBe(0);
  });
});
