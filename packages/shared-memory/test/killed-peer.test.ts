import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IPCServer, isIPCChannelError } from "@broadcast-ipc/ipc-channel";
import { describe, expect, onTestFinished, test } from "vitest";
import { sharedMemory } from "../src/shared-memory.ts";
import { collectGarbage } from "./support/collect-garbage.ts";
import { noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const echo = fileURLToPath(new URL("fixtures/echo.ts", import.meta.url));
const kills = Number(process.env.SOAK_KILLS ?? 3);

describe.skipIf(noSharedMemory)("a channel over shared memory", () => {
  test(`leaves no descriptor, mapping or file after ${kills} killed peers`, {
    timeout: 30_000 + kills * 5000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "broadcast-ipc-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const payloads = sharedMemory({ minPayloadBytes: 1, bytes: 2 ** 22 });
    const server = await IPCServer.listen<{ index: number; first: number }>(join(folder, "socket"), {
      payloads,
    });
    onTestFinished(() => server.close());
    const before = [descriptors(), mappings(), readdirSync("/dev/shm").length];
    const channels = server[Symbol.asyncIterator]();
    for (let kill = 0; kill < kills; kill++) {
      const args = ["--no-warnings", "--import", "tsx", echo, join(folder, "socket")];
      const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
      const exit = once(child, "exit");
      const channel = (await channels.next()).value;
      if (channel === undefined) throw new Error("the server has ended");
      const send = (index: number) =>
        channel.send({ index }, new Uint8Array(100_000).fill(index)).catch(() => {});
      for (let index = 0; index < 5; index++) send(index);
      const rest: Uint8Array[] = [];
      let next = 5;
      const received = (async () => {
        for await (const message of channel) {
          const { header, payload } = message;
          expect([header.first, payload?.[0], payload?.[99_999]]).toEqual(Array(3).fill(header.index & 0xff));
          if (payload && rest.length < 2) rest.push(payload);
          else if (header.index % 3 !== 0) message[Symbol.dispose]();
          send(next++);
          if (header.index === 30) child.kill("SIGKILL");
        }
      })().catch((error) => {
        if (!isIPCChannelError(error)) throw error;
      });
      await exit;
      await received;
      await channel.closed;
      expect(channel.stats().payloads?.received.messages).toBeGreaterThan(0);
      // Payloads that are still held are readable.
      expect(rest.map((payload) => payload.length)).toEqual([100_000, 100_000]);
    }
    await collectGarbage(5);
    expect([descriptors(), mappings(), readdirSync("/dev/shm").length]).toEqual(before);
  });
});
