import { execFileSync } from "node:child_process";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { now, type Sample } from "@broadcast-ipc/receiver";
import { describe, expect, test } from "vitest";
import { Recorder } from "../src/recorder.ts";
import { RecorderError } from "../src/recorder-error.ts";
import { fakeFfmpeg } from "./support/fake-ffmpeg.ts";
import { isMissing } from "./support/is-missing.ts";
import { RecordedFile } from "./support/recorded-file.ts";
import { sampleSource } from "./support/sample-source.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { numberedFrame, tone } from "./support/timeline.ts";

const silent = { audio: false } as const;
const audio = tone(0, 20_000).next().value as Sample;

/** Starts a recording whose ffmpeg fails at once. */
async function startWithBrokenFfmpeg(): Promise<Recorder> {
  const folder = await temporaryFolder();
  await fakeFfmpeg(folder, "echo 'something is wrong' >&2", "exit 1");
  return Recorder.start(join(folder, "x.mp4"), silent);
}

function manyFrames(): Sample[] {
  return Array.from({ length: 1000 }, (_, number) => numberedFrame(number, number * 40_000));
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  test("record() rejects an unknown option with a RangeError", async () => {
    await using recorder = await Recorder.start(join(await temporaryFolder(), "x.mp4"));
    const recording = recorder.record(sampleSource([]), { singal: AbortSignal.abort() } as object);
    await expect(recording).rejects.toThrow(
      new RangeError('unknown option "singal", did you mean "signal"?'),
    );
  });

  test("skips and disposes samples whose data or timestamp have another type", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    let disposed = 0;
    const wrong = [
      { ...numberedFrame(9, 0), data: undefined },
      { ...numberedFrame(9, 0), data: [1, 2] },
      { ...numberedFrame(9, 0), timestamp: 1n },
      { ...numberedFrame(9, 0), timestamp: "5" },
      { ...audio, data: undefined },
    ].map((sample) => ({ ...sample, [Symbol.dispose]: () => disposed++ }) as unknown as Sample);
    for (const second of [0, 1]) {
      for (const sample of wrong) await recorder.write(sample);
      await recorder.write(numberedFrame(second, second * 1_000_000));
    }
    expect(disposed).toBe(10);
    const counts = { received: 10, frames: 2, skipped: 8, skippedAudio: 2, seconds: 1 };
    expect(await recorder.stop()).toMatchObject(counts);
    const recorded = await (await RecordedFile.open(path)).frames();
    expect(recorded.map(({ number }) => number)).toEqual([0, 1]);
  });

  test.each([
    ["NaN", numberedFrame(2, Number.NaN)],
    ["infinite", numberedFrame(2, Number.POSITIVE_INFINITY)],
    ["1e300", numberedFrame(2, 1e300)],
    ["that of audio with another clock, which is not recorded,", { ...audio, timestamp: now() }],
  ])("keeps the duration if the last timestamp is %s", async (_, last) => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path, silent);
    await recorder.record(sampleSource([numberedFrame(0, 0), numberedFrame(1, 40_000), last]));
    const { frames, seconds } = await recorder.stop();
    expect(frames).toBe(2);
    expect(seconds).toBeLessThan(1);
    expect((await RecordedFile.open(path)).seconds).toBeLessThan(1);
  });

  test("records the frames that wait before it rejects with the error of a broken connection", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    const lost = new Error("the connection is lost");
    const recording = recorder.record({
      async *samples({ type }) {
        if (type === "image")
          yield* [numberedFrame(0, 0), numberedFrame(1, 40_000), numberedFrame(2, 80_000)];
        throw lost;
      },
    });
    await expect(recording).rejects.toBe(lost);
    expect(recorder.progress).toMatchObject({ frames: 3, waiting: 0 });
    expect(await recorder.stop()).toMatchObject({ frames: 3 });
  });

  test("records two receivers with different clocks at the same time", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path);
    const begin = now();
    async function* samples(clock: () => number) {
      for (let number = 0; number < 40; number++) {
        yield numberedFrame(number, clock());
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      // Meanwhile, silence is recorded.
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    const sources = [now, () => now() - begin].map((clock) => sampleSource(samples(clock)));
    await Promise.all(sources.map((source) => recorder.record(source)));
    const { frames, seconds } = await recorder.stop();
    expect(frames).toBe(80);
    expect(seconds).toBeLessThan(5);
    expect((await RecordedFile.open(path)).seconds).toBeLessThan(5);
  });

  test("reports a failure once in an `await using` block", async () => {
    const failure = { code: "ERR_RECORDER_FFMPEG_FAILED", message: "ffmpeg failed: something is wrong" };
    const using = async (use: (recorder: Recorder) => Promise<unknown>) => {
      await using recorder = await startWithBrokenFfmpeg();
      await use(recorder);
    };
    const writeAll = async (recorder: Recorder) => {
      for (const frame of manyFrames()) await recorder.write(frame);
    };
    const uses: readonly ((recorder: Recorder) => Promise<unknown>)[] = [
      (recorder) => recorder.record(sampleSource(manyFrames())),
      writeAll,
      async (recorder) => {
        await writeAll(recorder).catch(() => {});
        await recorder.stop();
      },
    ];
    for (const use of uses) await expect(using(use)).rejects.toMatchObject(failure);
  });

  test("rejects at the end of an `await using` block if nothing else has reported the failure", async () => {
    const end = new AbortController();
    const folder = await temporaryFolder();
    await fakeFfmpeg(folder, "cat > /dev/null", "exit 1");
    const recorder = await Recorder.start(join(folder, "x.mp4"), { ...silent, signal: end.signal });
    await recorder.write(numberedFrame(0, 0));
    end.abort();
    await expect(recorder[Symbol.asyncDispose]()).rejects.toBeInstanceOf(RecorderError);
  });

  test("does not remove a file that has replaced the recording before the first frame", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "x.mp4");
    const recorder = await Recorder.start(path);
    await writeFile(join(folder, "other"), "mine");
    await rename(join(folder, "other"), path);
    expect(await recorder.stop()).toMatchObject({ frames: 0, bytes: 0 });
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  test.each(["a b.mp4", "%03d.mp4", "-y.mp4", "pipe:1.mp4", "http:x.webm", "q'\"?#.MP4", "[*].WebM"])(
    "records to the file name %s, also after process.chdir()",
    async (name) => {
      const [folder, before] = [await temporaryFolder(), process.cwd()];
      process.chdir(folder);
      const starting = Recorder.start(name, silent);
      process.chdir(before);
      const recorder = await starting;
      await recorder.write(numberedFrame(0, 0));
      expect(await recorder.stop()).toMatchObject({ frames: 1 });
      expect(await readdir(folder)).toEqual([name]);
      expect((await RecordedFile.open(`file:${join(folder, name)}`)).width).toBe(320);
    },
  );

  test.skipIf(process.platform === "win32")(
    "keeps the first size in a file whose name has a line break",
    async () => {
      const folder = await temporaryFolder();
      const recorder = await Recorder.start(join(folder, "a\nb.mp4"), silent);
      for (const number of [0, 1, 2])
        await recorder.write(numberedFrame(number, number * 1_000_000, 320 << number));
      expect(await recorder.stop()).toMatchObject({ frames: 3 });
      expect(await readdir(folder)).toEqual(["a\nb.mp4"]);
      expect((await RecordedFile.open(join(folder, "a\nb.mp4"))).width).toBe(320);
    },
  );

  test.skipIf(process.platform === "win32")("says so if no file can be opened for ffmpeg", async () => {
    const folder = await temporaryFolder();
    const program = `
      import { openSync } from "node:fs";
      import { Recorder } from ${JSON.stringify(new URL("../src/recorder.ts", import.meta.url).href)};
      const recorder = await Recorder.start(${JSON.stringify(join(folder, "x.mp4"))});
      try { for (;;) openSync("/dev/null"); } catch {}
      const data = new Uint8Array(64 * 64 * 4);
      const frame = { type: "image", format: "RGBA", codedWidth: 64, codedHeight: 64, data, timestamp: 0 };
      console.log(await recorder.write(frame).catch(({ message }) => message));`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const output = execFileSync("sh", ["-c", 'ulimit -n 100; exec "$0" "$@"', process.execPath, ...args]);
    expect(String(output).trim()).toBe("ffmpeg could not be started: too many open files");
  });
});
