import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { clockId, now } from "@broadcast-ipc/clock";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";
import { HandUploader } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);

async function socketInTempDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "receiver-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "socket");
}

function run(
  nodeOptions: string[],
  name: string,
  ...args: string[]
): ChildProcessByStdio<null, Readable, null> {
  const options = [...nodeOptions, fileURLToPath(fixture(name)), ...args];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

describe("BroadcastReceiver in a child process", () => {
  it.each([true, false])(
    "delivers raw frames and audio without sharp, even if listeners throw (decode: %s)",
    async (decode) => {
      const path = await socketInTempDir();
      const child = run(["--import", fixture("hide-sharp.mjs").href], "receive.mjs", path, String(decode));
      const output = text(child.stdout);
      const peer = new HandUploader(await IPCChannel.connect(path));
      peer.channel.send({ type: "hello", id: "a", name: "screen", clock: clockId() });
      const credit = async (through: number) => {
        for (let message = await peer.next(); message; message = await peer.next()) {
          if (message.type === "credit" && message.through >= through) return;
        }
      };
      await credit(1);
      peer.frame({ ...videoFrame(7), timestamp: now() });
      await credit(2);
      const jpeg = await new BroadcastImageCodec({ encoding: "jpeg" }).encode(videoFrame(8));
      peer.junk({ ...jpeg.metadata, timestamp: now() }, jpeg.data);
      await credit(3);
      peer.frames(9);
      peer.audio(5);
      await credit(5);
      await peer.channel.close();
      expect(await once(child, "exit")).toEqual([0, null]);

      const { seen, age, ...rest } = JSON.parse(await output);
      const expected = [
        ["image", "BGRA", 1024, 7],
        ["image", "BGRA", 1024, 9],
        ["audio", "s16", 160, 5],
      ];
      if (!decode) expected.splice(1, 0, ["image", "jpeg", jpeg.data.length, 255]);
      expect(seen.toSorted()).toEqual(expected.toSorted());
      expect(rest).toEqual({
        name: "screen",
        failures: decode ? ["ERR_IMAGE_ENGINE_MISSING"] : [],
        uncaught: decode ? ["thrown by a listener"] : [],
        video: { received: 3, consumed: decode ? 2 : 3, undecodable: decode ? 1 : 0, dropped: 0, pending: 0 },
        audio: { received: 1, consumed: 1, undecodable: 0, dropped: 0, pending: 0 },
        reason: { by: "peer", code: "closed" },
      });
      if (clockId()) expect(age.p50).toBeGreaterThan(0);
    },
  );
});

describe("BroadcastReceiver with an uploader in a child process", () => {
  it("rejects next() once if the uploader is killed while it sends a frame", async () => {
    const path = await socketInTempDir();
    const server = createServer().listen(path);
    await once(server, "listening");
    const child = run([], "upload-by-hand.mjs", path);
    const [socket] = await once(server, "connection");
    server.close();
    // Kills the uploader when a part of the large frame has arrived.
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 1_000_000) child.kill("SIGKILL");
    });
    socket.on("error", () => {});
    const [near, far] = duplexPair();
    socket.pipe(far).pipe(socket);
    socket.on("close", () => far.end());
    const receiver = BroadcastReceiver.over(await IPCChannel.over(near, { role: "accept" }));
    const samples = receiver.samples();
    expect((await samples.next()).value).toMatchObject({ type: "image", timestamp: 1 });
    await expect(samples.next()).rejects.toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
    expect(await samples.next()).toEqual({ done: true, value: undefined });
    expect(await receiver.closed).toMatchObject({
      by: "peer",
      code: "lost",
      error: { code: "ERR_IPC_TRUNCATED_MESSAGE" },
    });
    expect(receiver.stats().video).toMatchObject({ received: 1, consumed: 1 });
    await receiver.close();
  });
});

describe("BroadcastServer with uploaders in child processes", () => {
  it("yields a receiver for each uploader on one path, and another one when a killed uploader reconnects", async () => {
    const path = await socketInTempDir();
    const server = await BroadcastReceiver.listen(path);
    onTestFinished(() => server.close());
    const receivers = server.receivers();
    const connect = async (id: string) => {
      const child = run([], "send-frames.mjs", path, id);
      const receiver: BroadcastReceiver = (await receivers.next()).value;
      onTestFinished(() => receiver.close());
      expect([receiver.id, receiver.name]).toEqual([id, "camera"]);
      return { child, receiver, samples: receiver.samples() };
    };
    const stays = await connect("a");
    const dies = await connect("b");
    expect((await dies.samples.next()).value).toMatchObject({ timestamp: dies.child.pid });
    dies.child.kill("SIGKILL");
    expect(await dies.receiver.closed).toMatchObject({ by: "peer", code: "lost" });
    const back = await connect("b");
    for (const { samples, child } of [stays, back, stays, back, stays]) {
      const { value } = await samples.next();
      expect(value).toMatchObject({ timestamp: child.pid });
      value[Symbol.dispose]();
    }
    expect(stays.receiver.isClosed).toBe(false);
  });
});
