import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FfmpegOnPath } from "../../../../packages/recorder/test/support/ffmpeg-on-path.ts";
import { amplitudeAt, RecordedFile } from "../../../../packages/recorder/test/support/recorded-file.ts";
import type { Report } from "../../src/report.ts";
import { RunningDemo, runDemo } from "../support/running-demo.ts";
import { isMissing } from "../support/tools.ts";

const small = ["--source", "synthetic", "--size", "640x360"];

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("--record", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "record-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("records a run of ten seconds with every frame in order and the tone", async () => {
    const path = join(folder, "ten.mp4");
    const { code, stderr } = await runDemo([...small, "--duration", "10", "--record", path]);
    expect(code).toBe(0);
    const [, recorded] = /Recorded (\d+\.\d) s, \d+ frames, .+ten\.mp4/.exec(stderr) ?? [];
    const file = await RecordedFile.open(path);
    // The printed duration is rounded to 0.1 s.
    expect(Math.abs(file.seconds - Number(recorded))).toBeLessThan(0.15);
    // The run lasts ten seconds from its first frame.
    expect(file.seconds).toBeGreaterThan(9.9);
    const numbers = (await file.frames()).map(({ number }) => number ?? Number.NaN);
    // The recorder repeats the last frame at the end of the recording, so the last number is left out.
    const first = numbers[0] ?? Number.NaN;
    expect(numbers.slice(0, -1)).toEqual(numbers.slice(0, -1).map((_, index) => first + index));
    // The recorder may change the pitch by 0.5 % to keep the audio in step, so the tone is measured in short pieces.
    for (const from of [2, 4, 6, 8])
      expect(amplitudeAt(440, await file.audio(from, from + 0.1))).toBeGreaterThan(0.01);
  });

  test("leaves out frames while ffmpeg is too slow, and prints one warning", async () => {
    const path = join(folder, "slow.mp4");
    const ffmpeg = await FfmpegOnPath.put(folder);
    await using demo = new RunningDemo([...small, "--port", "0", "--fps", "60", "--json", "--record", path]);
    process.kill(await ffmpeg.pid(), "SIGSTOP");
    await demo.find(/(ffmpeg is too slow to record every frame: some are left out\.)/);
    process.kill(await ffmpeg.pid(), "SIGCONT");
    demo.kill("SIGINT");
    const { code, stdout, stderr } = await demo.ended;
    expect(code).toBe(0);
    const { frames, recording } = JSON.parse(stdout) as Report;
    expect(recording?.leftOut).toBeGreaterThan(0);
    expect((recording?.frames ?? 0) + (recording?.leftOut ?? 0)).toBe(frames.captured);
    expect(stderr.match(/ffmpeg is too slow/g)?.length).toBe(1);
    expect(stderr).not.toContain("pending");
    expect((await (await RecordedFile.open(path)).frames()).length).toBe((recording?.frames ?? 0) + 1);
  });

  test("reports a failed recording at once, continues the broadcast, and exits with 1", async () => {
    const ffmpeg = await FfmpegOnPath.put(folder);
    const path = join(folder, "broken.mp4");
    await using demo = new RunningDemo([...small, "--port", "0", "--json", "--record", path]);
    process.kill(await ffmpeg.pid(), "SIGKILL");
    const why = await demo.find(/(The recording failed: .+\.)\n[\s\S]*fps/);
    demo.kill("SIGINT");
    const { code, stdout } = await demo.ended;
    expect(code).toBe(1);
    const { frames, failure } = JSON.parse(stdout) as Report;
    expect(frames.received).toBeGreaterThan(0);
    expect(failure).toMatch(/^The recording /);
    expect(why).toContain("ffmpeg");
  });

  test("ends within 20 s after Ctrl-C if ffmpeg does not respond, and leaves no ffmpeg", async () => {
    const ffmpeg = await FfmpegOnPath.put(folder);
    const path = join(folder, "stopped.mp4");
    await using demo = new RunningDemo([...small, "--port", "0", "--json", "--record", path]);
    const pid = await ffmpeg.pid();
    process.kill(pid, "SIGSTOP");
    await demo.find(/([1-9][\d.]* fps)/);
    const begin = performance.now();
    demo.kill("SIGINT");
    const { code, stdout } = await demo.ended;
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Report).failure).toMatch(
      /^The recording .*ffmpeg .* for 10 s and was killed\.$/,
    );
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test("rejects a FIFO as a file at the start", async () => {
    const path = join(folder, "fifo.mp4");
    execFileSync("mkfifo", [path]);
    await using demo = new RunningDemo([...small, "--port", "0", "--record", path]);
    const { code, stderr } = await demo.ended;
    expect(code).toBe(1);
    expect(stderr).toBe(`Nothing can be recorded: ${path} is a FIFO, not a regular file.\n`);
  });

  test("continues the broadcast after a failed recording and a killed capture process", async () => {
    const ffmpeg = await FfmpegOnPath.put(folder);
    const path = join(folder, "broken-twice.mp4");
    await using demo = new RunningDemo([...small, "--port", "0", "--record", path]);
    process.kill(await ffmpeg.pid(), "SIGKILL");
    await demo.find(/(The recording failed: .+\.)\n[\s\S]*fps/);
    process.kill(Number(await demo.find(/Process (\d+) captures/)), "SIGKILL");
    await demo.find(/The capture process was killed\.[\s\S]*(Process \d+ captures)[\s\S]*fps/);
  });

  test("reports that nothing was recorded if no frame was captured", async () => {
    const path = join(folder, "nothing.mp4");
    const { stderr } = await runDemo(["--file", "missing.mp4", "--record", path]);
    expect(stderr).toMatch(/\nNothing was recorded\.\n$/);
    expect(existsSync(path)).toBe(false);
  });

  test("writes a playable file when the demo is interrupted", async () => {
    const path = join(folder, "interrupted.mp4");
    await using demo = new RunningDemo([...small, "--port", "0", "--record", path]);
    await demo.find(/(recording, [1-9]\d*\.\d s)/);
    demo.kill("SIGINT");
    const { code } = await demo.ended;
    expect(code).toBe(0);
    const file = await RecordedFile.open(path);
    expect(file.seconds).toBeGreaterThan(1);
    expect((await file.frames()).length).toBeGreaterThan(10);
  });
});
