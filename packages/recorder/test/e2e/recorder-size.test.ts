import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import { describe, expect, test } from "vitest";
import { Recorder } from "../../src/recorder.ts";
import type { RecorderOptions, RecordingSummary } from "../../src/recorder-options.ts";
import { fakeFfmpeg } from "../support/fake-ffmpeg.ts";
import { FfmpegOnPath } from "../support/ffmpeg-on-path.ts";
import { isMissing } from "../support/is-missing.ts";
import { amplitudeAt, RecordedFile } from "../support/recorded-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { inOrder, numberedFrame, numberedJpeg, tone } from "../support/timeline.ts";

const second = 1_000_000;
const begin = 500 * second;
const silent = { audio: false } as const;

type Size = readonly [width: number, height: number];

/** Frames of each size for as many frames as given, at 25 a second. */
function sizesOf(...steps: readonly (readonly [...Size, frames: number])[]): Size[] {
  return steps.flatMap(([width, height, frames]) =>
    Array.from({ length: frames }, () => [width, height] as const),
  );
}

async function framesOf(
  sizes: readonly Size[],
  make: (...args: Parameters<typeof numberedFrame>) => ReceivedImageSample | Promise<ReceivedImageSample>,
): Promise<ReceivedImageSample[]> {
  return Promise.all(
    sizes.map(([width, height], number) => make(number, begin + number * 40_000, width, height)),
  );
}

interface Recorded {
  readonly file: RecordedFile;
  readonly summary: RecordingSummary;
  /** Names in the folder just before stop(), without the extension. */
  readonly parts: readonly string[];
}

/** Records samples into an empty folder, and checks that only the recording is left there. */
async function recordAlone(
  type: string,
  samples: Iterable<Sample>,
  options: RecorderOptions = {},
): Promise<Recorded> {
  const folder = await temporaryFolder();
  const recorder = await Recorder.start(join(folder, `x.${type}`), options);
  for (const sample of samples) await recorder.write(sample);
  const parts = (await readdir(folder)).map((name) => name.replace(/\.[^.]*$/, "")).toSorted();
  const summary = await recorder.stop();
  expect(await readdir(folder)).toEqual([`x.${type}`]);
  return { file: await RecordedFile.open(join(folder, `x.${type}`)), summary, parts };
}

/** Expects that the frames are complete, in order and at their times. Small frames have no number. */
async function expectFrames(file: RecordedFile, sizes: readonly Size[]): Promise<void> {
  const shown = sizes.map(([width, height]) => ({ width, height }));
  const recorded = await file.frames(shown);
  expect(recorded).toHaveLength(sizes.length);
  recorded.forEach(({ time, number }, index) => {
    expect(Math.abs(time - index * 0.04)).toBeLessThan(0.01);
    if ((sizes[index]?.[0] ?? 0) >= 280) expect(number).toBe(index);
  });
}

/** Expects that the tone has the same phase everywhere. A gap or an overlap at a seam would lower the amplitude. */
async function expectSteadyTone(file: RecordedFile, end: number): Promise<void> {
  const whole = await file.audio(0.2, end);
  const inside = amplitudeAt(440, whole.subarray(0, 24_000));
  expect(inside).toBeGreaterThan(0.05);
  expect(amplitudeAt(440, whole)).toBeGreaterThan(0.99 * inside);
}

const carriers = [
  ["mp4", "pixels", numberedFrame],
  ["mp4", "JPEGs", numberedJpeg],
  ["webm", "pixels", numberedFrame],
  ["webm", "JPEGs", numberedJpeg],
] as const;

describe.skipIf(isMissing("ffmpeg", "ffprobe"))('Recorder with size "largest"', () => {
  test.each(carriers)(
    "records a .%s file of the size of later, larger %s, with all frames and the whole tone",
    async (type, _, make) => {
      const sizes = sizesOf([2, 2, 1], [320, 180, 24], [640, 360, 30], [320, 180, 25]);
      const frames = await framesOf(sizes, make);
      const { file, summary, parts } = await recordAlone(
        type,
        inOrder(...frames, ...tone(begin, begin + 3.2 * second)),
      );
      expect([file.width, file.height]).toEqual([640, 360]);
      expect(file.codecs).toEqual(type === "mp4" ? ["h264", "aac"] : ["vp9", "opus"]);
      expect(parts).toEqual(["x", "x.part2", "x.part3"]);
      expect(summary).toMatchObject({ received: 80, frames: 80, skipped: 0, leftOut: 0 });
      expect(Math.abs(file.seconds - 3.2)).toBeLessThan(0.1);
      await expectFrames(file, sizes);
      await expectSteadyTone(file, 3);
    },
  );

  test.each(carriers)(
    "makes a .%s file wide and high enough for landscape and portrait %s",
    async (type, _, make) => {
      const sizes = sizesOf([320, 180, 20], [300, 400, 20], [320, 180, 20]);
      const { file } = await recordAlone(type, await framesOf(sizes, make), silent);
      expect([file.width, file.height]).toEqual([320, 400]);
      await expectFrames(file, sizes);
    },
  );

  test("measures frames upright", async () => {
    const frames = await framesOf(sizesOf([320, 180, 10]), numberedFrame);
    const turned = frames.map((frame, index) => ({ ...frame, rotation: index < 5 ? 0 : 90 }) as const);
    const { file } = await recordAlone("mp4", turned, silent);
    expect([file.width, file.height]).toEqual([320, 320]);
  });

  test.each(["mp4", "webm"])(
    "runs one ffmpeg for a .%s file if no frame is larger than the first",
    async (type) => {
      const sizes = sizesOf([640, 360, 10], [320, 180, 10], [360, 360, 5]);
      const { file, parts, summary } = await recordAlone(type, await framesOf(sizes, numberedFrame));
      expect([file.width, file.height]).toEqual([640, 360]);
      expect(parts).toEqual(["x"]);
      expect(summary.frames).toBe(25);
    },
  );

  test("keeps each of the frames in few parts while the size grows with each frame", async () => {
    const sizes = Array.from({ length: 100 }, (_, index) => [320 + 2 * index, 180 + index] as const);
    const { file, parts, summary } = await recordAlone("mp4", await framesOf(sizes, numberedJpeg));
    expect([file.width, file.height]).toEqual([518, 280]);
    expect(parts.length).toBeLessThan(6);
    expect(summary).toMatchObject({ frames: 100, skipped: 0 });
    const recorded = await file.frames(sizes.map(([width, height]) => ({ width, height })));
    recorded.forEach(({ time }, index) => {
      expect(Math.abs(time - index * 0.04)).toBeLessThan(0.01);
    });
    // Frames that were fitted into a smaller canvas first may have no readable number.
    const numbers = recorded
      .map(({ number }, index) => ({ number, index }))
      .filter(({ number }) => number !== undefined);
    expect(numbers.length).toBeGreaterThan(30);
    for (const { number, index } of numbers) expect(number).toBe(index);
  });

  test.each([
    ["mp4", 300],
    ["mp4", -300],
    ["webm", 300],
    ["webm", -300],
  ])(
    "keeps all audio of a .%s file in step across parts if it arrives %i ms after its frames",
    async (type, delay) => {
      const sizes = sizesOf([320, 60, 40], [320, 180, 40], [640, 180, 40]);
      const samples = [...(await framesOf(sizes, numberedFrame)), ...tone(begin, begin + 4.8 * second)];
      const arrival = (sample: Sample) => sample.timestamp + (sample.type === "audio" ? delay * 1000 : 0);
      const { file, parts } = await recordAlone(
        type,
        samples.toSorted((a, b) => arrival(a) - arrival(b)),
      );
      expect(parts).toHaveLength(3);
      expect(Math.abs(file.seconds - 4.8)).toBeLessThan(0.1);
      await expectFrames(file, sizes);
      await expectSteadyTone(file, 4.6);
    },
  );

  test("continues in the same part if no file can be created beside the recording", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, `${"n".repeat(249)}.mp4`);
    const recorder = await Recorder.start(path, silent);
    const sizes = sizesOf([320, 180, 5], [640, 360, 5]);
    for (const frame of await framesOf(sizes, numberedFrame)) await recorder.write(frame);
    expect(await recorder.stop()).toMatchObject({ frames: 10, skipped: 0 });
    const file = await RecordedFile.open(path);
    expect([file.width, file.height]).toEqual([320, 180]);
  });

  test("does not touch files whose names a part would have", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "it's.part2.mp4"), "mine");
    const recorder = await Recorder.start(join(folder, "it's.mp4"), silent);
    const sizes = sizesOf([320, 180, 5], [640, 360, 5]);
    for (const frame of await framesOf(sizes, numberedFrame)) await recorder.write(frame);
    expect((await readdir(folder)).toSorted()).toEqual(["it's.mp4", "it's.part2-2.mp4", "it's.part2.mp4"]);
    expect(await recorder.stop()).toMatchObject({ frames: 10 });
    expect((await readdir(folder)).toSorted()).toEqual(["it's.mp4", "it's.part2.mp4"]);
    await expectFrames(await RecordedFile.open(join(folder, "it's.mp4")), sizes);
  });

  test("reports where the parts are if ffmpeg is killed, and keeps them", async () => {
    const folder = await temporaryFolder();
    const bin = await temporaryFolder();
    const ffmpeg = await FfmpegOnPath.put(bin);
    const path = join(folder, "x.mp4");
    const recorder = await Recorder.start(path);
    const sizes = sizesOf([320, 180, 30], [640, 360, 100]);
    const frames = await framesOf(sizes, numberedFrame);
    for (const sample of inOrder(...frames, ...tone(begin, begin + 5.2 * second)))
      await recorder.write(sample);
    const part = join(folder, "x.part2.mp4");
    await expect.poll(() => recorder.progress.bytes, { timeout: 10_000 }).toBeGreaterThan(40_000);
    process.kill(await ffmpeg.pid(), "SIGKILL");
    const error = await recorder.stop().catch((reason) => reason);
    expect(error).toMatchObject({ code: "ERR_RECORDER_FFMPEG_FAILED" });
    expect(error.message).toContain(`; what was recorded is in ${path} and ${part}`);
    expect((await readdir(folder)).toSorted()).toEqual(["x.mp4", "x.part2.mp4"]);
    const first = await (await RecordedFile.open(path)).frames();
    expect(first.map(({ number }) => number)).toEqual(frames.slice(0, 30).map((__, index) => index));
    const next = await (await RecordedFile.open(part)).frames();
    expect(next[0]?.number).toBe(30);
    expect(next.length).toBeGreaterThan(20);
  });

  test("rejects within 15 s if the ffmpeg of an earlier part is stuck, and finishes the later part", async () => {
    const folder = await temporaryFolder();
    const ffmpeg = await FfmpegOnPath.put(await temporaryFolder());
    const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
    const frames = await framesOf(sizesOf([320, 180, 5], [640, 360, 5]), numberedFrame);
    for (const frame of frames.slice(0, 5)) await recorder.write(frame);
    process.kill(await ffmpeg.pid(), "SIGSTOP");
    const start = performance.now();
    for (const frame of frames.slice(5)) await recorder.write(frame);
    await expect(recorder.stop()).rejects.toMatchObject({ code: "ERR_RECORDER_STUCK" });
    expect(performance.now() - start).toBeLessThan(15_000);
    const later = await (await RecordedFile.open(join(folder, "x.part2.mp4"))).frames();
    expect(later.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9]);
  });

  test("keeps the parts, and reports where they are, if they cannot be joined", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "x.mp4");
    const recorder = await Recorder.start(path, silent);
    const sizes = sizesOf([320, 180, 5], [640, 360, 5]);
    for (const frame of await framesOf(sizes, numberedFrame)) await recorder.write(frame);
    const bin = await temporaryFolder();
    const realPath = process.env.PATH;
    await fakeFfmpeg(bin, "echo 'No space left on device' >&2", "exit 1");
    await expect(recorder.stop()).rejects.toThrow(
      `ffmpeg failed: No space left on device; what was recorded is in ${path} and ${join(folder, "x.part2.mp4")}`,
    );
    process.env.PATH = realPath;
    expect((await readdir(folder)).toSorted()).toEqual(["x.mp4", "x.part2.mp4"]);
    expect(await (await RecordedFile.open(path)).frames()).toHaveLength(5);
    expect(await (await RecordedFile.open(join(folder, "x.part2.mp4"))).frames()).toHaveLength(5);
  });

  test.each(["mp4", "webm"])(
    "leaves .%s parts that can be played if the recording process is killed",
    async (type) => {
      const folder = await temporaryFolder();
      const bin = await temporaryFolder();
      const ffmpeg = await FfmpegOnPath.put(bin);
      const fixture = fileURLToPath(new URL("../support/record-and-hang.ts", import.meta.url));
      const child = spawn(process.execPath, ["--import", "tsx", fixture, join(folder, `x.${type}`), "2"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      child.kill("SIGKILL");
      expect(await ffmpeg.ended()).toBe(0);
      expect((await readdir(folder)).toSorted()).toEqual([`x.part2.${type}`, `x.${type}`].toSorted());
      const numbers: (number | undefined)[] = [];
      for (const name of [`x.${type}`, `x.part2.${type}`]) {
        const file = await RecordedFile.open(join(folder, name));
        expect(file.codecs).toHaveLength(2);
        numbers.push(...(await file.frames()).map(({ number }) => number));
      }
      expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index));
    },
  );
});

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder with a fixed size", () => {
  test.each([
    ["first", [320, 180]],
    [{ width: 400, height: 400 }, [400, 400]],
  ] as const)("fits all frames into one part, with the size %j", async (size, expected) => {
    const sizes = sizesOf([320, 180, 5], [1280, 720, 5]);
    const { file, parts } = await recordAlone("mp4", await framesOf(sizes, numberedFrame), {
      ...silent,
      video: { size },
    });
    expect([file.width, file.height]).toEqual(expected);
    expect(parts).toEqual(["x"]);
  });
});
