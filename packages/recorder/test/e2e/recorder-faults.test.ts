import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Sample } from "@broadcast-ipc/receiver";
import { describe, expect, onTestFinished, test } from "vitest";
import { Recorder } from "../../src/recorder.ts";
import { fakeFfmpeg } from "../support/fake-ffmpeg.ts";
import { FfmpegOnPath } from "../support/ffmpeg-on-path.ts";
import { isMissing } from "../support/is-missing.ts";
import { RecordedFile } from "../support/recorded-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { numberedFrame, numberedJpeg } from "../support/timeline.ts";

const silent = { audio: false } as const;

/** Yields frames of noise, which do not compress, at 25 a second. */
function* noise(): Generator<Sample> {
  for (let number = 0; ; number++) {
    const frame = numberedFrame(number, number * 40_000, 640, 360);
    const values = new Uint32Array(frame.data.buffer).map(() => Math.random() * 2 ** 32);
    yield { ...frame, data: new Uint8Array(values.buffer) };
  }
}

/** Writes samples until a write rejects. Resolves with the error. */
async function writeUntilFailure(recorder: Recorder, samples: Iterable<Sample>): Promise<unknown> {
  for (const sample of samples) {
    try {
      await recorder.write(sample);
    } catch (error) {
      return error;
    }
  }
  throw new Error("no write was rejected");
}

/** Starts a recording and stops its ffmpeg with SIGSTOP after one frame. */
async function recordUntilStopped(): Promise<Recorder> {
  const folder = await temporaryFolder();
  const path = process.env.PATH;
  const ffmpeg = await FfmpegOnPath.put(folder);
  const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
  await recorder.write(numberedFrame(0, 0));
  process.kill(await ffmpeg.pid(), "SIGSTOP");
  // The wrapper of another recording must find the real ffmpeg.
  process.env.PATH = path;
  return recorder;
}

/** Mounts a small tmpfs. Returns `undefined` and prints a warning if this is not possible. */
async function mountSmallDisk(size: string): Promise<string | undefined> {
  const folder = await temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    console.warn("SKIPPED, because mounting a tmpfs needs root on Linux");
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
  });
  return folder;
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder.start", () => {
  test("rejects an existing file with ERR_RECORDER_FILE_EXISTS, and leaves it unchanged", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    await writeFile(path, "mine");
    await expect(Recorder.start(path)).rejects.toMatchObject({ code: "ERR_RECORDER_FILE_EXISTS" });
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  test("replaces an existing file with overwrite: true, but not before the first frame", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    await writeFile(path, "mine");
    const unused = await Recorder.start(path, { overwrite: true });
    expect(await unused.stop()).toMatchObject({ frames: 0, bytes: 0 });
    expect(await readFile(path, "utf8")).toBe("mine");
    const recorder = await Recorder.start(path, { ...silent, overwrite: true });
    await recorder.write(numberedFrame(4, 0));
    expect(await recorder.stop()).toMatchObject({ frames: 1 });
    expect((await (await RecordedFile.open(path)).frames()).map(({ number }) => number)).toEqual([4]);
  });

  test("two recordings cannot share a file", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    await using _first = await Recorder.start(path);
    await expect(Recorder.start(path)).rejects.toMatchObject({ code: "ERR_RECORDER_FILE_EXISTS" });
  });

  test("rejects what is not a regular file with ERR_RECORDER_NOT_WRITABLE", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "folder.mp4"));
    execFileSync("mkfifo", [join(folder, "fifo.mp4")]);
    await symlink("/dev/null", join(folder, "device.mp4"));
    await symlink(join(folder, "nowhere"), join(folder, "link.mp4"));
    const server = createServer().listen(join(folder, "socket.mp4"));
    onTestFinished(() => {
      server.close();
    });
    await once(server, "listening");
    for (const [name, kind] of [
      ["folder", "a folder"],
      ["fifo", "a FIFO"],
      ["device", "a device"],
      ["link", "a symbolic link to a missing file"],
      ["socket", "a socket"],
    ] as const) {
      const starting = Recorder.start(join(folder, `${name}.mp4`), { overwrite: true });
      await expect(starting).rejects.toMatchObject({ code: "ERR_RECORDER_NOT_WRITABLE" });
      await expect(starting).rejects.toThrow(`${name}.mp4 is ${kind}, not a regular file`);
    }
  });

  test("rejects a file on a read-only file system with ERR_RECORDER_NOT_WRITABLE", async () => {
    const folder = await mountSmallDisk("2m");
    if (!folder) return;
    execFileSync("mount", ["-o", "remount,ro", folder]);
    const starting = Recorder.start(join(folder, "x.mp4"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_RECORDER_NOT_WRITABLE" });
    await expect(starting).rejects.toThrow("x.mp4 cannot be written: the file system is read-only");
  });

  test("rejects a file on a full disk with ERR_RECORDER_NOT_WRITABLE, and leaves no file", async () => {
    const folder = await mountSmallDisk("1m");
    if (!folder) return;
    await writeFile(join(folder, "large"), new Uint8Array(1024 * 1024));
    const starting = Recorder.start(join(folder, "x.mp4"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_RECORDER_NOT_WRITABLE" });
    await expect(starting).rejects.toThrow("x.mp4 cannot be written: no space left on device");
    await expect(access(join(folder, "x.mp4"))).rejects.toThrow();
  });

  test("rejects with ERR_RECORDER_FFMPEG_MISSING if ffmpeg lacks an encoder", async () => {
    const folder = await temporaryFolder();
    const path = process.env.PATH;
    await fakeFfmpeg(folder);
    await writeFile(join(folder, "ffmpeg"), `#!/bin/sh\nPATH='${path}'\nffmpeg "$@" | grep -v libx264\n`);
    const starting = Recorder.start(join(folder, "x.mp4"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_RECORDER_FFMPEG_MISSING" });
    await expect(starting).rejects.toThrow("this ffmpeg has no encoder libx264;");
    await (await Recorder.start(join(folder, "x.webm"))).stop();
  });

  test("rejects with ERR_RECORDER_FFMPEG_MISSING if ffmpeg is older than 4.4", async () => {
    const folder = await temporaryFolder();
    const path = process.env.PATH;
    await fakeFfmpeg(folder);
    const banner = `echo 'ffmpeg version 4.2.7-0ubuntu0.1 Copyright (c) 2000-2022' >&2`;
    await writeFile(
      join(folder, "ffmpeg"),
      `#!/bin/sh\nPATH='${path}'\n${banner}\nffmpeg -hide_banner "$@"\n`,
    );
    const starting = Recorder.start(join(folder, "x.mp4"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_RECORDER_FFMPEG_MISSING" });
    await expect(starting).rejects.toThrow("ffmpeg 4.2 is too old; install version 4.4 or later");
  });

  test("rejects with the reason of an aborted signal", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const signal = AbortSignal.abort(new Error("not now"));
    await expect(Recorder.start(path, { signal })).rejects.toThrow("not now");
    await expect(access(path)).rejects.toThrow();
  });
});

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  test("rejects with ffmpeg's reason when the disk is full", async () => {
    const folder = await mountSmallDisk("2m");
    if (!folder) return;
    const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
    const error = await writeUntilFailure(recorder, noise());
    expect(error).toMatchObject({ code: "ERR_RECORDER_FFMPEG_FAILED" });
    expect((error as Error).message).toBe("ffmpeg failed: No space left on device");
    await expect(recorder.stop()).rejects.toBe(error);
    await expect(recorder.write(numberedFrame(0, 0))).rejects.toBe(error);
  });

  test("rejects with ERR_RECORDER_STUCK within 15 s if ffmpeg is stopped while it records, or at the end", async () => {
    // Both recordings wait at the same time.
    const [recording, ending] = [await recordUntilStopped(), await recordUntilStopped()];
    const begin = performance.now();
    const stuck = { code: "ERR_RECORDER_STUCK" };
    await Promise.all([
      expect(writeUntilFailure(recording, noise())).resolves.toMatchObject(stuck),
      expect(ending.stop()).rejects.toMatchObject(stuck),
    ]);
    await expect(recording.stop()).rejects.toMatchObject(stuck);
    expect(performance.now() - begin).toBeLessThan(15_000);
  });

  test("leaves no empty file if ffmpeg fails at once", async () => {
    const folder = await temporaryFolder();
    await fakeFfmpeg(folder, "echo 'something is wrong' >&2", "exit 1");
    const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
    const error = await writeUntilFailure(recorder, noise());
    expect((error as Error).message).toBe("ffmpeg failed: something is wrong");
    await expect(recorder.stop()).rejects.toBe(error);
    await expect(access(join(folder, "x.mp4"))).rejects.toThrow();
  });

  test("rejects record() at once if ffmpeg is killed while no sample arrives", async () => {
    const folder = await temporaryFolder();
    const ffmpeg = await FfmpegOnPath.put(folder);
    const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
    const recording = recorder.record({
      async *samples({ signal, type }) {
        if (type === "image") yield* [numberedFrame(0, 0), numberedFrame(1, 1000)];
        if (!signal?.aborted) await once(signal ?? new AbortController().signal, "abort");
      },
    });
    process.kill(await ffmpeg.pid(), "SIGKILL");
    await expect(recording).rejects.toMatchObject({ code: "ERR_RECORDER_FFMPEG_FAILED" });
    await expect(recorder.stop()).rejects.toMatchObject({ code: "ERR_RECORDER_FFMPEG_FAILED" });
  });

  test("bounds the samples that wait, and disposes and counts those that were left out", async () => {
    const folder = await temporaryFolder();
    const recorder = await Recorder.start(join(folder, "x.mp4"), silent);
    let disposed = 0;
    const results = Array.from({ length: 300 }, (_, number) => {
      const frame = numberedFrame(number, number * 10_000, 300, 32);
      return recorder.write({ ...frame, [Symbol.dispose]: () => disposed++ }).then(
        () => "written",
        ({ code }) => code as string,
      );
    });
    expect(recorder.progress).toMatchObject({ received: 300, waiting: 256, leftOut: 44, frames: 0 });
    const outcomes = await Promise.all(results);
    expect(outcomes.filter((outcome) => outcome === "ERR_RECORDER_TOO_MUCH_WAITING")).toHaveLength(44);
    expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(256);
    expect(await recorder.stop()).toMatchObject({ received: 300, frames: 256, leftOut: 44, skipped: 0 });
    expect(disposed).toBe(300);
  });

  test("bounds the bytes that wait", async () => {
    const folder = await temporaryFolder();
    // Encoding frames of 4096x4096 would take long.
    const video = { size: { width: 64, height: 64 } };
    const recorder = await Recorder.start(join(folder, "x.mp4"), { ...silent, video });
    const data = new Uint8Array(4096 * 4096 * 4);
    const frame = { ...numberedFrame(0, 0), codedWidth: 4096, codedHeight: 4096, data };
    const results = [1, 2, 3, 4, 5].map((timestamp) => recorder.write({ ...frame, timestamp }));
    await expect(results.at(-1)).rejects.toMatchObject({ code: "ERR_RECORDER_TOO_MUCH_WAITING" });
    await Promise.all(results.slice(0, -1));
    expect(await recorder.stop()).toMatchObject({ received: 5, frames: 4, leftOut: 1 });
  });

  test("skips samples that cannot be recorded, and counts them with a reason", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const recorder = await Recorder.start(path, silent);
    await recorder.write({ ...(await numberedJpeg(9, 0)), encoding: "webp", data: new Uint8Array(9) });
    await recorder.write(numberedFrame(0, 0));
    await recorder.write({ ...numberedFrame(1, Number.NaN) });
    for (const number of [1, 2]) await recorder.write(numberedFrame(number, number * 1_000_000));
    const summary = await recorder.stop();
    expect(summary).toMatchObject({ received: 5, frames: 3, skipped: 2, leftOut: 0 });
    expect(summary.skipReason).toBe("the timestamp is NaN");
    const recorded = await (await RecordedFile.open(path)).frames();
    expect(recorded.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test("counts a frame that ffmpeg cannot decode as skipped", async () => {
    const path = join(await temporaryFolder(), "x.webm");
    const recorder = await Recorder.start(path, silent);
    const whole = await numberedJpeg(0, 0);
    await recorder.write(whole);
    await recorder.write({ ...whole, timestamp: 40_000, data: whole.data.slice(0, 700) });
    await recorder.write(await numberedJpeg(2, 80_000));
    const { received, frames, skipped } = await recorder.stop();
    const recorded = await (await RecordedFile.open(path)).frames();
    expect(received).toBe(3);
    expect(frames).toBe(recorded.length);
    expect(frames + skipped).toBe(3);
  });

  test("ends the recording when the signal aborts", async () => {
    const path = join(await temporaryFolder(), "x.mp4");
    const end = new AbortController();
    const recorder = await Recorder.start(path, { ...silent, signal: end.signal });
    for (const number of [0, 1]) await recorder.write(numberedFrame(number, number * 40_000));
    end.abort();
    await expect(recorder.write(numberedFrame(2, 80_000))).rejects.toMatchObject({
      code: "ERR_RECORDER_STOPPED",
    });
    expect(await recorder.stop()).toMatchObject({ received: 2, frames: 2 });
  });
});
