import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { now } from "@broadcast-ipc/uploader";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { FileSource } from "../../src/file/file-source.ts";
import { CollectingSink } from "../support/collecting-sink.ts";
import { childrenOf } from "../support/processes.ts";
import { isMissing } from "../support/tools.ts";

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("FileSource", () => {
  let folder: string;
  let film: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "file-test-"));
    // The file name contains special characters of shells and ffmpeg. The first 100 ms are white and loud.
    film = join(folder, "a film: 50%, 'cut'.mp4");
    await make(
      film,
      ...["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1"],
      ...["-f", "lavfi", "-i", "sine=frequency=440:duration=1"],
      ...[
        "-vf",
        "drawbox=color=white:t=fill:enable='lt(t,0.1)',drawbox=color=black:t=fill:enable='gte(t,0.1)'",
      ],
      ...["-af", "volume=0:enable='gte(t,0.1)'", "-pix_fmt", "yuv420p"],
    );
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function make(file: string, ...args: string[]): Promise<void> {
    const ffmpeg = spawn("ffmpeg", ["-nostdin", "-v", "error", ...args, file], { stdio: "inherit" });
    expect(await once(ffmpeg, "exit")).toEqual([0, null]);
  }

  async function play(
    options: Partial<Parameters<typeof FileSource.open>[0]> = {},
  ): Promise<{ source: FileSource; sink: CollectingSink }> {
    const source = await FileSource.open({ path: film, framesPerSecond: 30, ...options });
    onTestFinished(() => source.stop());
    const sink = new CollectingSink();
    source.start(sink);
    return { source, sink };
  }

  function isLoud({ data }: AudioSample): boolean {
    const samples = new Int16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    return samples.some((sample) => Math.abs(sample) > 1000);
  }

  test("plays frames and audio in sync, in real time and in a loop", async () => {
    const { source, sink } = await play();
    expect(source.hasAudio).toBe(true);
    const flashes: number[] = [];
    const beats: number[] = [];
    let wasWhite = false;
    let before = 0;
    while (flashes.length < 3) {
      const frame = await sink.nextFrame();
      expect(frame).toMatchObject({ format: "BGRA", codedWidth: 320, codedHeight: 180 });
      expect(frame.data).toHaveLength(320 * 180 * 4);
      expect(frame.timestamp).toBeLessThanOrEqual(now());
      expect(frame.timestamp).toBeGreaterThan(before);
      before = frame.timestamp;
      const isWhite = (frame.data[0] ?? 0) > 128;
      expect(frame.data[3]).toBe(255);
      if (isWhite && !wasWhite) flashes.push(frame.timestamp);
      wasWhite = isWhite;
      frame[Symbol.dispose]?.();
    }
    while ((sink.audioSamples.at(-1)?.timestamp ?? 0) < (flashes.at(-1) ?? 0) + 100_000)
      await sink.nextAudio();
    let wasLoud = false;
    for (const audio of sink.audioSamples) {
      expect(audio).toMatchObject({
        format: "s16",
        sampleRate: 48_000,
        numberOfChannels: 2,
        numberOfFrames: 960,
      });
      if (isLoud(audio) && !wasLoud) beats.push(audio.timestamp);
      wasLoud = isLoud(audio);
    }
    expect(beats).toHaveLength(flashes.length);
    for (const [round, flash] of flashes.entries()) {
      // A frame lasts 40 ms and an audio sample 20 ms, so audio and video in sync may differ by some tens of ms.
      expect(Math.abs(flash - (beats[round] ?? 0)) / 1000).toBeLessThan(80);
      // The container may lengthen each loop by some hundredths of a second, so 200 ms per loop are allowed.
      expect(Math.abs(flash - (flashes[0] ?? 0) - round * 1e6) / 1e6).toBeLessThan(0.2 * round + 0.01);
    }
  });

  test("reuses the buffers of disposed frames", async () => {
    const { sink } = await play();
    const seen = new Set<ArrayBufferLike>();
    for (let frames = 0; frames < 12; frames++) {
      const frame = await sink.nextFrame();
      seen.add(frame.data.buffer);
      frame[Symbol.dispose]?.();
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  test("fits the video into another size without distortion, and reduces the frame rate", async () => {
    const { sink } = await play({ size: { width: 200, height: 200 }, framesPerSecond: 10 });
    const first = await sink.nextFrame();
    const second = await sink.nextFrame();
    expect(first).toMatchObject({ codedWidth: 200, codedHeight: 200 });
    const pixel = (x: number, y: number) => [
      ...first.data.subarray((y * 200 + x) * 4, (y * 200 + x) * 4 + 4),
    ];
    expect(pixel(100, 10)).toEqual([0, 0, 0, 255]);
    expect(pixel(100, 100)).not.toEqual([0, 0, 0, 255]);
    expect(second.timestamp - first.timestamp).toBe(100_000);
  });

  test("reports that a video file without audio has no audio", async () => {
    const silent = join(folder, "silent.mkv");
    await make(silent, "-f", "lavfi", "-i", "testsrc2=size=64x36:rate=10:duration=1");
    const { source, sink } = await play({ path: silent });
    expect(source.hasAudio).toBe(false);
    await sink.nextFrame();
  });

  describe.each([
    ["audio", ["-f", "lavfi", "-i", "sine=duration=3"]],
    // The subtitle makes the file as long as the audio would.
    ["no audio", ["-f", "srt", "-i", "subtitle.srt"]],
  ])("a film of one second at 60 frames per second and two still seconds, with %s", (name, input) => {
    let path: string;
    beforeAll(async () => {
      await writeFile(join(folder, "subtitle.srt"), "1\n00:00:00,000 --> 00:00:03,000\nstill\n");
      path = join(folder, `still with ${name}.mkv`);
      const film = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=60:duration=1"];
      await make(path, ...film, ...input.map((part) => part.replace(/^subtitle/, `${folder}/subtitle`)));
    });

    test.each([30, 60])(
      "plays %d frames of the first second at their own times, and repeats",
      async (rate) => {
        const { sink } = await play({ path, framesPerSecond: rate });
        const times: number[] = [];
        let frame = await sink.nextFrame();
        const first = frame.timestamp;
        while (frame.timestamp - first < 3.5e6) {
          times.push(frame.timestamp - first);
          frame = await sink.nextFrame();
        }
        const within = (from: number, to: number) =>
          times.filter((time) => time >= from * 1e6 && time < to * 1e6);
        expect(Math.abs(within(0, 0.99).length - rate)).toBeLessThanOrEqual(1);
        expect(within(1.01, 2.9)).toEqual([]);
        expect(Math.abs(within(2.9, 3.4).length - rate * 0.4)).toBeLessThanOrEqual(rate * 0.1);
      },
    );
  });

  test("plays a film that is still at first and then has 60 frames per second", async () => {
    const path = join(folder, "late.mkv");
    const source = "testsrc2=size=320x180:rate=60:duration=3,select='gte(t,2)+not(mod(n,60))'";
    await make(path, "-f", "lavfi", "-i", source, "-fps_mode", "vfr");
    const { sink } = await play({ path });
    const first = (await sink.nextFrame()).timestamp;
    let count = 0;
    for (let last = first; last - first < 2.9e6; last = (await sink.nextFrame()).timestamp) count++;
    expect(count).toBeGreaterThan(26);
  });

  test.each([
    ["12 channels", 12, "unknown"],
    ["16 channels of a layout that ffmpeg mixes in part", 16, "hexadecagonal"],
    ["a low-frequency channel", 6, "5.1"],
    ["32 channels", 32, "unknown"],
  ])("mixes audio with %s to stereo without losing a channel", async (_, channels, layout) => {
    for (const loud of [0, 3, channels - 1]) {
      const path = join(folder, `${channels}-${loud}.mkv`);
      const tones = Array.from({ length: channels }, (_, channel) =>
        channel === loud ? "sin(2*PI*440*t)" : "0",
      );
      const audio = `aevalsrc='${tones.join("|")}':duration=1${layout === "unknown" ? "" : `:c=${layout}`}`;
      const film = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=64x36:rate=10:duration=1",
        "-f",
        "lavfi",
        "-i",
        audio,
      ];
      await make(path, ...film, "-c:a", "pcm_s16le");
      const { source, sink } = await play({ path });
      while (sink.audioSamples.length < 5) await sink.nextAudio();
      expect(sink.audioSamples.some(isLoud), `channel ${loud}`).toBe(true);
      source.stop();
    }
  });

  test("fails with a sentence if no video frame can be decoded", async () => {
    const path = join(folder, "zeros.mp4");
    await make(path, "-f", "lavfi", "-i", "testsrc2=size=64x36:rate=10:duration=3");
    const bytes = await readFile(path);
    const media = bytes.indexOf("mdat") + 4;
    await writeFile(path, bytes.fill(0, media, bytes.indexOf("moov") - 4));
    const { sink } = await play({ path });
    const { message } = await sink.failure;
    expect(message).toMatch(/^ffmpeg (cannot decode the file's video frames|ended \(exit code 1\): [^=]+)$/);
  });

  test("fails when ffmpeg is killed", async () => {
    const children = await childrenOf(process.pid);
    const { sink } = await play();
    const [ffmpeg = 0] = (await childrenOf(process.pid)).filter((pid) => !children.includes(pid));
    process.kill(ffmpeg, "SIGKILL");
    expect((await sink.failure).message).toMatch(/^ffmpeg ended \(SIGKILL\)/);
  });

  // The superuser may read every file.
  test.skipIf(process.getuid?.() === 0)(
    "rejects with a one-line error if the file is unreadable",
    async () => {
      const secret = join(folder, "secret.mp4");
      await writeFile(secret, "", { mode: 0 });
      await expect(play({ path: secret })).rejects.toThrow(`${secret} cannot be played: Permission denied`);
    },
  );

  test("rejects with a one-line error if the file cannot be played", async () => {
    const audio = join(folder, "audio.wav");
    await make(audio, "-f", "lavfi", "-i", "sine=duration=0.1");
    await expect(play({ path: audio })).rejects.toThrow(`${audio} has no video in it`);
    const text = join(folder, "text.mp4");
    await writeFile(text, "This is not a film.");
    await expect(play({ path: text })).rejects.toThrow(/text.mp4 cannot be played: \w+/);
    await expect(play({ path: text })).rejects.toThrow(
      `${text} cannot be played: it is not a video file, or the file is damaged or incomplete`,
    );
    const broken = join(folder, "broken.mp4");
    await writeFile(broken, (await readFile(film)).subarray(0, 1000));
    await expect(play({ path: broken })).rejects.toThrow(
      `${broken} cannot be played: it is not a video file, or the file is damaged or incomplete`,
    );
    await expect(play({ path: folder })).rejects.toThrow(
      `${folder} cannot be played: it is a folder (Is a directory)`,
    );
    const missing = join(folder, "missing.mp4");
    await expect(play({ path: missing })).rejects.toThrow(
      `${missing} cannot be played: No such file or directory`,
    );
  });
});

test("FileSource.open() rejects with a one-line error if ffmpeg is not on PATH", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  const opening = FileSource.open({ path: "film.mp4", framesPerSecond: 30 });
  await expect(opening).rejects.toThrow(/^ffmpeg is not on PATH/);
});
