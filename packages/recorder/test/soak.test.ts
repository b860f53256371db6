import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RecordingSummary } from "../src/recorder-options.ts";
import { isMissing } from "./support/is-missing.ts";
import { RecordedFile } from "./support/recorded-file.ts";
import { reportsOf } from "./support/reports-of.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

// SOAK_SECONDS is the duration of the recording.
const seconds = Number(process.env.SOAK_SECONDS ?? 3);

/** Expects that the second half of the reports has no higher values than the first half. */
function expectFlat(reports: readonly object[], what: string): void {
  // The first ten reports are ignored, because modules are still being loaded and compiled. Twenty more are needed to detect a leak.
  const values = reports.flatMap((report) => (report as Record<string, number>)[what] ?? []).slice(10);
  if (values.length < 20) return;
  const half = values.length >> 1;
  const [before, after] = [Math.max(...values.slice(0, half)), Math.max(...values.slice(half))];
  expect(after).toBeLessThan(before * 1.1 + 20_000_000);
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  test("records every frame that upload() reports as sent, in order and in step with the audio, in constant memory", {
    timeout: 60_000 + seconds * 3000,
  }, async () => {
    const folder = await temporaryFolder();
    const [socket, path] = [join(folder, "socket"), join(folder, "x.mp4")];
    const [fromRecorder, fromCapture] = await Promise.all([
      reportsOf(new URL("./support/soak-record.ts", import.meta.url), socket, path),
      reportsOf(new URL("./support/soak-capture.ts", import.meta.url), socket, String(seconds)),
    ]);
    const summary = fromRecorder.pop() as RecordingSummary & { readonly droppedAudio: number };
    const { recorded } = fromCapture.pop() as { readonly recorded: readonly number[] };
    expectFlat(fromCapture, "memory");
    for (const what of ["memory", "ffmpegMemory"]) expectFlat(fromRecorder, what);

    expect(summary).toMatchObject({ received: recorded.length, frames: recorded.length, skipped: 0 });
    // On a machine that is too slow or too busy for 30 frames a second, the uploader leaves frames out.
    expect(recorded.length).toBeGreaterThan(seconds * 5);
    const file = await RecordedFile.open(path);
    // A recording ends when the uploader closes. A slow recorder takes its last frames after they were captured.
    expect(summary.seconds).toBeGreaterThan(seconds - 0.1);
    expect(Math.abs(file.seconds - summary.seconds)).toBeLessThan(0.1);
    const frames = await file.frames();
    expect(frames.slice(0, recorded.length).map(({ number }) => number)).toEqual(recorded);
    for (const { number = Number.NaN, time } of frames.slice(0, recorded.length))
      expect(Math.abs(time - number / 30)).toBeLessThan(0.002);

    // A beep begins at each full second, except the first one. The gap of a dropped sample is closed slowly, within about ten seconds.
    const audio = await file.audio(0, seconds);
    const isOff = (beep: number) => {
      const from = Math.round((beep - 0.5) * 48_000);
      const onset = (from + audio.subarray(from).findIndex((value) => Math.abs(value) > 0.1)) / 48_000;
      return Math.abs(onset - beep) >= 0.02;
    };
    const beeps = Array.from({ length: seconds - 1 }, (_, index) => index + 1);
    const off = beeps.filter(isOff);
    const most = summary.droppedAudio > 0 ? beeps.length / 2 : 0;
    expect(off.length, `beeps ${off}, ${summary.droppedAudio} dropped`).toBeLessThanOrEqual(most);
  });
});
