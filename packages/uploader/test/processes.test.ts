import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { clockId, now } from "@broadcast-ipc/clock";
import type { ImageSample } from "@broadcast-ipc/image-codec";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastUploader, FanOut } from "../src/index.ts";
import { target } from "./fixtures/fan-out.ts";
import { HandReceiver } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample, largeHeight } from "./fixtures/samples.ts";
import { socketInTempDir } from "./fixtures/socket-in-temp-dir.ts";

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);

function run(
  name: string,
  path: string,
  nodeOptions: string[] = [],
): ChildProcessByStdio<null, Readable, null> {
  const options = [...nodeOptions, fileURLToPath(fixture(name)), path];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

describe("BroadcastUploader in a child process", () => {
  it("uploads video and audio without sharp, even if listeners throw", async () => {
    const path = await socketInTempDir();
    const child = run("upload.mjs", path, ["--import", fixture("hide-sharp.mjs").href]);
    const output = text(child.stdout);
    const peer = new HandReceiver(await IPCChannel.accept(path));
    peer.demand({}, {});
    peer.credit(2);

    const raw = await peer.next();
    expect(raw.header).toMatchObject({ type: "image", sequence: 1, metadata: { format: "BGRA" } });
    expect(raw.payload).toHaveLength(640 * 480 * 4);
    const age = now() - raw.header.metadata.timestamp;
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(60_000_000);
    expect(peer.hello).toMatchObject({ name: "child", clock: clockId() });

    const jpeg = await peer.next();
    expect(jpeg.header).toMatchObject({ type: "image", sequence: 2, metadata: { encoding: "jpeg" } });
    expect(jpeg.payload).toEqual(Uint8Array.of(255, 216, 255));
    expect((await peer.next()).header).toMatchObject({ type: "audio" });

    await peer.channel.close();
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(JSON.parse(await output)).toEqual({
      outcomes: ["sent", "failed", "sent", "sent", "closed"],
      failures: ["ERR_IMAGE_INVALID_SAMPLE"],
      uncaught: ["thrown by another listener", "thrown by a listener"],
      reason: { by: "peer", code: "closed" },
      video: expect.objectContaining({ captured: 4, pending: 0, sent: 2, failed: 1, closed: 1 }),
      audio: { captured: 1, pending: 0, sent: 1, replaced: 0, unwanted: 0, failed: 0, closed: 0 },
    });
  });
});

describe("BroadcastUploader with a receiver in a child process", () => {
  it('emits "disconnect" and settles every upload when the receiver is killed', async () => {
    const path = await socketInTempDir();
    const child = run("receive.mjs", path);
    const uploader = await BroadcastUploader.connect(path, { reconnect: false });
    const failures: unknown[] = [];
    uploader.on("failure", (error) => failures.push(error));
    const disconnect = once(uploader, "disconnect");
    await once(uploader, "demand");
    const [first, second] = [1, 2].map((timestamp) => imageSample(timestamp, { codedHeight: largeHeight }));
    expect(await uploader.upload(first as ImageSample)).toBe("sent");
    await once(child.stdout, "data");
    // The child reads no more. This frame fills the buffers of the child's channel, so the next frame cannot be written.
    expect(await uploader.upload(second as ImageSample)).toBe("sent");
    const samples = [
      imageSample(3, { codedHeight: largeHeight }),
      imageSample(4),
      audioSample(5),
      audioSample(6),
    ];
    const outcomes = [uploader.upload(samples[0] as ImageSample)];
    await setImmediate();
    outcomes.push(...samples.slice(1).map((sample) => uploader.upload(sample)));
    child.kill("SIGKILL");
    expect(await Promise.all(outcomes)).toEqual(["replaced", "closed", "closed", "closed"]);
    expect(await disconnect).toEqual([expect.objectContaining({ by: "peer", code: "lost" })]);
    expect([first, second, ...samples].map((sample) => sample?.disposals)).toEqual(Array(6).fill(1));
    expect(failures).toEqual([]);
    expect(uploader.stats().video).toMatchObject({
      captured: 4,
      sent: 2,
      replaced: 1,
      closed: 1,
      pending: 0,
    });
  });

  it("FanOut continues with the other targets, and disposes each sample once, when one receiver is killed", async () => {
    const path = await socketInTempDir();
    const child = run("receive.mjs", path);
    const [recorder, viewer] = await Promise.all([
      BroadcastUploader.connect(path, { reconnect: false }),
      target(),
    ]);
    const fanOut = new FanOut({ recorder, viewer: viewer.uploader });
    const [disconnect, demand] = [once(fanOut, "disconnect"), once(recorder, "demand")];
    await Promise.all([demand, once(child.stdout, "data"), fanOut.upload(imageSample(0))]);
    viewer.peer.demand({});
    viewer.peer.credit(100);
    expect(await viewer.peer.frames(1)).toEqual([[1, 0]]);
    // The child reads no more.
    const samples = Array.from({ length: 8 }, (_, index) =>
      imageSample(index + 1, { codedHeight: largeHeight }),
    );
    for (const sample of samples) {
      await Promise.all([fanOut.upload(sample), viewer.peer.frames(1)]);
      if (sample.timestamp === 4) child.kill("SIGKILL");
    }
    expect(await disconnect).toEqual([expect.objectContaining({ code: "lost" }), "recorder"]);
    expect(await fanOut.upload(imageSample(9))).toEqual({ recorder: "closed", viewer: "sent" });
    await fanOut.close();
    expect(samples.map(({ disposals }) => disposals)).toEqual(Array(8).fill(1));
  });

  it("sends the newest frame again when the receiver is killed and restarted", async () => {
    const path = await socketInTempDir();
    const first = run("receive.mjs", path);
    const uploader = await BroadcastUploader.connect(path);
    onTestFinished(() => uploader.close());
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    await once(first.stdout, "data");
    const disconnect = once(uploader, "disconnect");
    first.kill("SIGKILL");
    await disconnect;
    const waiting = uploader.upload(imageSample(2));
    const again = run("receive.mjs", path);
    expect(await waiting).toBe("sent");
    expect(String((await once(again.stdout, "data"))[0])).toBe("1\n");
    expect(uploader.stats()).toMatchObject({ connections: 2, video: { captured: 2, sent: 2, pending: 0 } });
  });
});
