import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BroadcastReceiver, now, type Sample, socketPath } from "@broadcast-ipc/receiver";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Recorder } from "../src/recorder.ts";
import type { RecorderOptions, RecordingProgress } from "../src/recorder-options.ts";
import { FfmpegOnPath } from "./support/ffmpeg-on-path.ts";
import { isMissing } from "./support/is-missing.ts";
import { amplitudeAt, RecordedFile } from "./support/recorded-file.ts";
import { inOrder, numberedFrame, numberedJpeg, tone } from "./support/timeline.ts";

const second = 1_000_000;
const silent = { audio: false } as const;
const count = (length: number) => Array.from({ length }, (_, index) => index);
const frameAt = (index: number) => Math.round((index * second) / 30);

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "recorder-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function recordAll(
    name: string,
    samples: Iterable<Sample>,
    options: RecorderOptions = {},
  ): Promise<RecordedFile> {
    const path = join(folder, name);
    const recorder = await Recorder.start(path, options);
    for (const sample of samples) await recorder.write(sample);
    await recorder.stop();
    return RecordedFile.open(path);
  }

  async function emptyFolder(): Promise<string> {
    const made = await mkdtemp(join(folder, "own-"));
    onTestFinished(() => rm(made, { recursive: true }));
    return made;
  }

  test.each([
    ["mp4", ["h264", "aac"]],
    ["webm", ["vp9", "opus"]],
  ])("records every frame at its timestamp, and the whole tone, in a .%s file", async (type, codecs) => {
    const begin = 5_000 * second;
    const frames = count(300).map((number) => numberedFrame(number, begin + frameAt(number)));
    const file = await recordAll(`ten.${type}`, inOrder(...frames, ...tone(begin, begin + 10 * second)));

    expect(file.codecs).toEqual(codecs);
    expect([file.width, file.height]).toEqual([320, 180]);
    expect(Math.abs(file.seconds - 10)).toBeLessThan(0.1);
    const recorded = await file.frames();
    expect(recorded.map(({ number }) => number)).toEqual(count(300));
    for (const { time, number = Number.NaN } of recorded) {
      expect(Math.abs(time - number / 30)).toBeLessThan(0.01);
    }
    for (const from of [0.5, 4.5, 8.5]) {
      const audio = await file.audio(from, from + 1);
      expect(amplitudeAt(440, audio)).toBeGreaterThan(0.05);
      for (const other of [220, 660, 880]) expect(amplitudeAt(other, audio)).toBeLessThan(0.003);
    }
  });

  test("keeps the irregular timestamps of JPEG frames, such as a gap of three seconds", async () => {
    const times = [0, 0.01, 0.05, 0.3, 3.3, 3.301, 4].map((seconds) => seconds * second);
    const jpegs = await Promise.all(times.map((time, number) => numberedJpeg(number, 77 + time)));
    const file = await recordAll("gap.mp4", jpegs, silent);
    expect(file.codecs).toEqual(["h264"]);
    const recorded = await file.frames();
    expect(recorded.map(({ number }) => number)).toEqual(count(times.length));
    recorded.forEach(({ time }, index) => {
      expect(time).toBeCloseTo((times[index] ?? Number.NaN) / second, 3);
    });
  });

  test.each([
    ["pixels", "mp4", numberedFrame],
    ["JPEGs", "webm", numberedJpeg],
  ])(
    'continues a recording of %s when size and encoding change, and scales frames to the first frame\'s size with "first"',
    async (_, type, make) => {
      const samples = [
        await make(0, 0),
        await make(1, second, 500, 500),
        await numberedJpeg(2, 2 * second, 200, 100),
        numberedFrame(3, 3 * second, 642, 360),
        { ...numberedFrame(4, 4 * second), format: "BGRX" as const },
        { ...numberedFrame(5, 5 * second), format: "I420" as const, data: new Uint8Array(320 * 180 * 1.5) },
        await make(6, 6 * second),
      ];
      const file = await recordAll(`sizes.${type}`, samples, { video: { size: "first" } });
      expect([file.width, file.height]).toEqual([320, 180]);
      const recorded = await file.frames();
      expect(recorded.map(({ time }) => Math.round(time))).toEqual(count(7));
      const numbers = recorded.map(({ number }) => number);
      expect([numbers[0], numbers[4], numbers[6]]).toEqual([0, 4, 6]);
    },
  );

  test("removes padding between rows, rounds sizes up to even numbers, and applies the rotation", async () => {
    const { data, ...rest } = numberedFrame(3, 0, 320, 179);
    const padded = new Uint8Array(16 + 179 * 1400);
    for (const row of count(179)) padded.set(data.subarray(row * 1280, (row + 1) * 1280), 16 + row * 1400);
    const layout = [{ offset: 16, stride: 1400 }];
    const file = await recordAll(
      "layout.mp4",
      [{ ...rest, data: padded, layout }, numberedFrame(4, second, 320, 179)],
      silent,
    );
    expect([file.width, file.height]).toEqual([320, 180]);
    const turned = await recordAll("turned.mp4", [{ ...rest, data, rotation: 90 }], silent);
    expect([turned.width, turned.height]).toEqual([180, 320]);
  });

  test.each(["RGBA", "BGRA", "JPEG"] as const)("keeps the colours of %s frames", async (form) => {
    const [red, green, blue] = [200, 90, 30];
    const rgba = Buffer.alloc(320 * 180 * 4, Uint8Array.of(red, green, blue, 255));
    const bgra = Buffer.alloc(rgba.length, Uint8Array.of(blue, green, red, 255));
    const raw = { width: 320, height: 180, channels: 4 } as const;
    const jpeg = await sharp(rgba, { raw }).jpeg({ quality: 95 }).toBuffer();
    const frames = {
      RGBA: { ...numberedFrame(0, 0), data: rgba },
      BGRA: { ...numberedFrame(0, 0), format: "BGRA" as const, data: bgra },
      JPEG: { ...(await numberedJpeg(0, 0)), data: jpeg },
    };
    const file = await recordAll(`${form}.mp4`, [frames[form]], silent);
    const pixel = await file.pixel(160, 90);
    pixel.forEach((value, index) => {
      expect(Math.abs(value - ([red, green, blue][index] ?? 0))).toBeLessThan(5);
    });
  });

  test("counts a frame that cannot be converted as skipped, and continues", async () => {
    const path = join(folder, "broken.mp4");
    const recorder = await Recorder.start(path, silent);
    await recorder.write(numberedFrame(0, 0));
    await recorder.write({ ...(await numberedJpeg(1, second)), data: new Uint8Array(100) });
    await recorder.write(numberedFrame(2, 2 * second));
    expect(await recorder.stop()).toMatchObject({ frames: 2, skipped: 1, seconds: 2 });
    const recorded = await (await RecordedFile.open(path)).frames();
    expect(recorded.map(({ number }) => number)).toEqual([0, 2]);
  });

  test("records silence while no audio arrives, and places later audio of other formats at its timestamp", async () => {
    const frames = count(80).map((number) => numberedFrame(number, number * 100_000));
    const late = [...tone(3 * second, 5 * second, 44_100, 1), ...tone(6 * second, 8 * second, 32_000, 2)];
    const file = await recordAll("late.mp4", inOrder(...frames, ...late));
    const loud = async (from: number, to: number) => amplitudeAt(440, await file.audio(from, to)) > 0.05;
    expect(await Promise.all([loud(0.1, 2.9), loud(5.1, 5.9)])).toEqual([false, false]);
    expect(await Promise.all([loud(3.1, 4.9), loud(6.1, 7.9)])).toEqual([true, true]);
  });

  test("records a single frame for as long as the audio lasts", async () => {
    const file = await recordAll("still.mp4", [numberedFrame(7, second), ...tone(second, 11 * second)]);
    expect(Math.abs(file.seconds - 10)).toBeLessThan(0.1);
    expect((await file.frames()).map(({ number }) => number)).toEqual([7, 7]);
  });

  test("records a single live frame until the broadcast ends", async () => {
    vi.useFakeTimers({ toFake: ["hrtime"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const path = join(folder, "waiting.mp4");
    const recorder = await Recorder.start(path);
    await recorder.record({
      async *samples({ type }) {
        if (type === "audio") return;
        yield numberedFrame(9, now());
        vi.advanceTimersByTime(10_000);
      },
    });
    vi.advanceTimersByTime(5_000);
    expect(await recorder.stop()).toMatchObject({ seconds: 10, frames: 1 });
    const { seconds } = await RecordedFile.open(path);
    expect(Math.abs(seconds - 10)).toBeLessThan(0.1);
  });

  test("reports progress after each frame, and the file size at the end", async () => {
    const path = join(folder, "progress.mp4");
    const told: RecordingProgress[] = [];
    const recorder = await Recorder.start(path, { onProgress: (progress) => told.push(progress) });
    for (const sample of inOrder(
      ...count(60).map((i) => numberedFrame(i, frameAt(i))),
      ...tone(0, 2 * second),
    ))
      await recorder.write(sample);
    const end = await recorder.stop();
    expect(told.map(({ frames }) => frames)).toEqual(count(60).map((index) => index + 1));
    expect(end).toMatchObject({ seconds: 2, frames: 60, skipped: 0 });
    expect(end.bytes).toBeGreaterThan(1000);
    expect(await recorder.stop()).toEqual(end);
    await expect(recorder.write(numberedFrame(0, 0))).rejects.toThrow();
  });

  test("creates no file and does not reject if no frame was written", async () => {
    const path = join(folder, "nothing.mp4");
    const recorder = await Recorder.start(path);
    for (const sample of tone(0, second)) await recorder.write(sample);
    expect(await recorder.stop()).toMatchObject({ seconds: 0, received: 0, frames: 0, skipped: 0, bytes: 0 });
    await expect(RecordedFile.open(path)).rejects.toThrow();
  });

  test.each(["mp4", "webm"])(
    "rejects if ffmpeg is killed, and leaves a .%s file that plays up to that point",
    async (type) => {
      const own = await emptyFolder();
      const path = join(own, `killed.${type}`);
      const ffmpeg = await FfmpegOnPath.put(own);
      const recorder = await Recorder.start(path);
      let isKilled = false;
      const writing = (async () => {
        for (const audio of tone(0, Number.POSITIVE_INFINITY)) {
          await recorder.write(audio);
          const number = audio.timestamp / 40_000;
          if (Number.isInteger(number)) await recorder.write(numberedFrame(number, audio.timestamp));
          if (isKilled || recorder.progress.bytes < 50_000) continue;
          process.kill(await ffmpeg.pid(), "SIGKILL");
          isKilled = true;
        }
      })();
      await expect(writing).rejects.toThrow(/^ffmpeg/);
      await expect(recorder.stop()).rejects.toThrow(/^ffmpeg/);
      const recorded = await (await RecordedFile.open(path)).frames();
      expect(recorded.length).toBeGreaterThan(20);
      expect(recorded.map(({ number }) => number)).toEqual(count(recorded.length));
    },
  );

  test("leaves a complete file if the recording process is killed", async () => {
    const own = await emptyFolder();
    const path = join(own, "orphan.mp4");
    const ffmpeg = await FfmpegOnPath.put(own);
    const fixture = fileURLToPath(new URL("./support/record-and-hang.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", fixture, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    expect(await ffmpeg.ended()).toBe(0);
    const recorded = await (await RecordedFile.open(path)).frames();
    expect(recorded.map(({ number }) => number)).toEqual(count(60));
  });

  test("records every frame that upload() reports as sent, even if ffmpeg is slow", async () => {
    const own = await emptyFolder();
    const path = join(own, "all.mp4");
    const ffmpeg = await FfmpegOnPath.put(own);
    const socket = socketPath(`recorder-test-${process.pid}`);
    const accepting = BroadcastReceiver.accept(socket, Recorder.receiverOptions);
    await using uploader = await BroadcastUploader.connect(socket, { reconnect: false });
    await using receiver = await accepting;
    const refused: unknown[] = [];
    uploader.on("failure", (error) => refused.push(error));
    await once(uploader, "demand");
    expect(uploader.demand).toEqual(Recorder.receiverOptions.demand);

    const recorder = await Recorder.start(path, silent);
    const recording = recorder.record(receiver);
    expect(await uploader.upload(numberedFrame(0, now()))).toBe("sent");
    process.kill(await ffmpeg.pid(), "SIGSTOP");
    const outcomes = count(200).map((i) => uploader.upload(numberedFrame(i + 1, now() + i, 1280, 720)));
    // ffmpeg is stopped, so frames stay pending until the uploader's limit is reached, and the last frame is left out.
    expect(await outcomes.at(-1)).toBe("replaced");
    process.kill(await ffmpeg.pid(), "SIGCONT");
    const results = ["sent", ...(await Promise.all(outcomes))];
    const leftOut = results.filter((outcome) => outcome === "replaced").length;
    expect(uploader.stats().video).toMatchObject({ replaced: leftOut, failed: 0 });
    expect(refused).toHaveLength(1);
    await uploader.close();
    await recording;
    const { frames } = await recorder.stop();
    expect(frames).toBe(results.filter((outcome) => outcome === "sent").length);
    expect(frames).toBeGreaterThan(60);
  });

  test("resolves record() when the signal aborts", async () => {
    const path = join(folder, "signal.mp4");
    const stop = new AbortController();
    const recorder = await Recorder.start(path, { audio: false, onProgress: () => stop.abort() });
    const socket = socketPath(`recorder-signal-${process.pid}`);
    const accepting = BroadcastReceiver.accept(socket, Recorder.receiverOptions);
    await using uploader = await BroadcastUploader.connect(socket, { reconnect: false });
    await using receiver = await accepting;
    uploader.upload(numberedFrame(5, now()));
    await recorder.record(receiver, { signal: stop.signal });
    expect(receiver.isClosed).toBe(false);
    expect(await recorder.stop()).toMatchObject({ frames: 1 });
    expect((await (await RecordedFile.open(path)).frames())[0]?.number).toBe(5);
  });
});

describe("Recorder.start", () => {
  test("rejects with a one-line error if ffmpeg is not on PATH", async () => {
    const path = process.env.PATH;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    process.env.PATH = "/nowhere";
    await expect(Recorder.start(join(tmpdir(), "x.mp4"))).rejects.toThrow(/ffmpeg is not on PATH/);
  });

  test.each(["x.avi", "/nowhere/at/all/x.mp4"])(
    "rejects %s with an error that contains the path",
    async (path) => {
      await expect(Recorder.start(path)).rejects.toThrow(path);
    },
  );
});
