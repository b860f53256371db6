import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BroadcastReceiver, now, type Sample } from "@broadcast-ipc/receiver";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Recorder } from "../../src/recorder.ts";
import { isMissing } from "../support/is-missing.ts";
import { amplitudeAt, RecordedFile } from "../support/recorded-file.ts";
import { sampleSource } from "../support/sample-source.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { inOrder, numberedFrame, tone } from "../support/timeline.ts";

const second = 1_000_000;
const count = (length: number) => Array.from({ length }, (_, index) => index);

/** A second of frames at 20 a second, with a tone. */
function oneSecond(firstNumber: number, from: number): Sample[] {
  const frames = count(20).map((index) => numberedFrame(firstNumber + index, from + index * 50_000));
  return inOrder(...frames, ...tone(from, from + second));
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  test.each([
    ["2 h behind", -7200 * second],
    ["2 h ahead", 7200 * second],
  ])("continues with a receiver whose clock is %s", async (_, jump) => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    await recorder.record(sampleSource(oneSecond(0, 9000 * second)));
    const begin = now();
    await recorder.record(sampleSource(oneSecond(20, 9000 * second + jump)));
    const passed = (now() - begin) / second;
    const summary = await recorder.stop();
    const file = await RecordedFile.open(path);
    expect(summary.seconds).toBeGreaterThan(1.9);
    expect(summary.seconds).toBeLessThan(2.1 + passed);
    expect(Math.abs(file.seconds - summary.seconds)).toBeLessThan(0.1);
    const frames = await file.frames();
    expect(frames.map(({ number }) => number)).toEqual(count(40));
    expect(summary).toMatchObject({ received: 40, frames: 40, skipped: 0 });
    const second20 = frames[20]?.time ?? Number.NaN;
    frames.slice(20).forEach(({ time }, index) => {
      expect(time - second20).toBeCloseTo(index / 20, 2);
    });
    for (const from of [0.2, second20 + 0.2]) {
      expect(amplitudeAt(440, await file.audio(from, from + 0.5))).toBeGreaterThan(0.05);
    }
  });

  test("records one capture process after another, also if the first one is killed", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "x.mp4");
    const recorder = await Recorder.start(path);
    const socket = join(folder, "socket");
    const server = await BroadcastReceiver.listen(socket, Recorder.receiverOptions);
    const fixture = fileURLToPath(new URL("../support/upload-and-hang.ts", import.meta.url));
    for (const first of [0, 20]) {
      const child = spawn(process.execPath, ["--import", "tsx", fixture, socket, String(first)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const { value: receiver } = await server.receivers().next();
      if (!receiver) throw new Error("no capture process has connected");
      const recording = recorder.record(receiver).catch(({ code }: NodeJS.ErrnoException) => code);
      await once(child.stdout, "data");
      child.kill("SIGKILL");
      expect((await recording) ?? "ERR_IPC_").toMatch(/^ERR_IPC_/);
    }
    await server.close();
    const summary = await recorder.stop();
    expect(summary).toMatchObject({ received: 40, frames: 40, skipped: 0, leftOut: 0 });
    const file = await RecordedFile.open(path);
    const numbers = (await file.frames()).map(({ number }) => number);
    // The last frame is repeated if the last capture process went on for a while.
    expect(numbers.slice(0, 40)).toEqual(count(40));
    expect(Math.abs(file.seconds - summary.seconds)).toBeLessThan(0.1);
  });

  test("ignores a timestamp that is off by days", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    const samples = oneSecond(0, 1000 * second);
    const day = 86_400 * second;
    const wrong = [numberedFrame(100, 1000 * second + 3 * day), numberedFrame(101, 1000 * second - 3 * day)];
    samples.splice(30, 0, ...wrong);
    for (const sample of samples) await recorder.write(sample);
    const summary = await recorder.stop();
    expect(summary.seconds).toBeLessThan(1.2);
    const file = await RecordedFile.open(path);
    expect(Math.abs(file.seconds - summary.seconds)).toBeLessThan(0.1);
    const numbers = (await file.frames()).map(({ number }) => number);
    expect(numbers).toHaveLength(22);
    expect(numbers.filter((number = 100) => number < 100)).toEqual(count(20));
  });

  test("keeps a live pause, and records silence during it", async () => {
    vi.useFakeTimers({ toFake: ["hrtime", "setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    async function* samples() {
      const begin = now();
      yield* oneSecond(0, begin);
      await vi.advanceTimersByTimeAsync(9_100);
      yield numberedFrame(20, now());
    }
    await recorder.record(sampleSource(samples()));
    const { seconds } = await recorder.stop();
    expect(seconds).toBeGreaterThan(9);
    const file = await RecordedFile.open(path);
    expect(Math.abs(file.seconds - seconds)).toBeLessThan(0.1);
    expect((await file.audio(0, 20)).length / 48_000).toBeGreaterThan(8);
  });

  test("starts the file with the first frame, even if no other sample arrives", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    const { signal } = new AbortController();
    const recording = recorder.record({
      async *samples({ signal: ended, type }) {
        if (type === "image") yield numberedFrame(7, now());
        await once(ended ?? signal, "abort");
      },
    });
    await expect.poll(() => recorder.progress).toMatchObject({ frames: 1, waiting: 0 });
    await recorder.stop();
    await recording;
    expect((await (await RecordedFile.open(path)).frames())[0]?.number).toBe(7);
  });

  test.each([
    ["vp8", "x.webm", { codec: "vp8" }],
    ["h264", "x.mp4", { bitrate: 300_000 }],
    ["vp9", "x.webm", { bitrate: 300_000 }],
    ["h264", "x.mp4", { size: { width: 200, height: 100 } }],
  ] as const)("records %s to %s with the options %j", async (codec, name, video) => {
    const path = join(await temporaryFolder(), name);
    const recorder = await Recorder.start(path, { video, audio: { bitrate: 64_000 } });
    for (const sample of oneSecond(0, 0)) await recorder.write(sample);
    await recorder.stop();
    const file = await RecordedFile.open(path);
    expect(file.codecs[0]).toBe(codec);
    if ("size" in video) expect([file.width, file.height]).toEqual([200, 100]);
    else expect((await file.frames()).map(({ number }) => number)).toEqual(count(20));
  });

  test("scales the canvas of a tiny first frame up", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path, { audio: false, video: { size: "first" } });
    const tiny = {
      ...numberedFrame(0, 0),
      codedWidth: 2,
      codedHeight: 2,
      data: new Uint8Array(16).fill(200),
    };
    await recorder.write(tiny);
    await recorder.write(numberedFrame(1, 40_000));
    expect(await recorder.stop()).toMatchObject({ frames: 2 });
    const file = await RecordedFile.open(path);
    expect([file.width, file.height]).toEqual([16, 16]);
  });
});
