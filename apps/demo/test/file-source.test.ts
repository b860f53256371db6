import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { now } from "@broadcast-ipc/uploader";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { FileSource } from "../src/file/file-source.ts";
import { CollectingSink } from "./support/collecting-sink.ts";
import { childrenOf } from "./support/processes.ts";
import { isMissing } from "./support/tools.ts";

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("A video file", () => {
  let folder: string;
  let film: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "file-test-"));
    // Its name has what a shell, a filter and a protocol would stumble over. White and loud for the first tenth.
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

  test("Its pictures and its sound come in step, at its own pace, and over again", async () => {
    const { source, sink } = await play();
    expect(source.hasSound).toBe(true);
    const flashes: number[] = [];
    const beats: number[] = [];
    let wasWhite = false;
    let before = 0;
    while (flashes.length < 3) {
      const picture = await sink.nextPicture();
      expect(picture).toMatchObject({ format: "BGRA", codedWidth: 320, codedHeight: 180 });
      expect(picture.data).toHaveLength(320 * 180 * 4);
      expect(picture.timestamp).toBeLessThanOrEqual(now());
      expect(picture.timestamp).toBeGreaterThan(before);
      before = picture.timestamp;
      const isWhite = (picture.data[0] ?? 0) > 128;
      expect(picture.data[3]).toBe(255);
      if (isWhite && !wasWhite) flashes.push(picture.timestamp);
      wasWhite = isWhite;
      picture[Symbol.dispose]?.();
    }
    while ((sink.sounds.at(-1)?.timestamp ?? 0) < (flashes.at(-1) ?? 0) + 100_000) await sink.nextSound();
    let wasLoud = false;
    for (const sound of sink.sounds) {
      expect(sound).toMatchObject({
        format: "s16",
        sampleRate: 48_000,
        numberOfChannels: 2,
        numberOfFrames: 960,
      });
      if (isLoud(sound) && !wasLoud) beats.push(sound.timestamp);
      wasLoud = isLoud(sound);
    }
    // The container may make a round some hundredths longer; a picture lasts 40 ms, a stretch of sound 20 ms.
    expect(beats).toHaveLength(flashes.length);
    for (const [round, flash] of flashes.entries()) {
      expect(Math.abs(flash - (beats[round] ?? 0)) / 1000).toBeLessThan(80);
      expect(Math.abs(flash - (flashes[0] ?? 0) - round * 1e6) / 1e6).toBeLessThan(0.2 * round + 0.01);
    }
  });

  test("Buffers go round when they are given back", async () => {
    const { sink } = await play();
    const seen = new Set<ArrayBufferLike>();
    for (let pictures = 0; pictures < 12; pictures++) {
      const picture = await sink.nextPicture();
      seen.add(picture.data.buffer);
      picture[Symbol.dispose]?.();
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  test("It is fitted into another size without being stretched, and thinned out to fewer pictures", async () => {
    const { sink } = await play({ size: { width: 200, height: 200 }, framesPerSecond: 10 });
    const first = await sink.nextPicture();
    const second = await sink.nextPicture();
    expect(first).toMatchObject({ codedWidth: 200, codedHeight: 200 });
    const pixel = (x: number, y: number) => [
      ...first.data.subarray((y * 200 + x) * 4, (y * 200 + x) * 4 + 4),
    ];
    expect(pixel(100, 10)).toEqual([0, 0, 0, 255]);
    expect(pixel(100, 100)).not.toEqual([0, 0, 0, 255]);
    expect(second.timestamp - first.timestamp).toBe(100_000);
  });

  test("A film without sound has none", async () => {
    const silent = join(folder, "silent.mkv");
    await make(silent, "-f", "lavfi", "-i", "testsrc2=size=64x36:rate=10:duration=1");
    const { source, sink } = await play({ path: silent });
    expect(source.hasSound).toBe(false);
    await sink.nextPicture();
  });

  test("When ffmpeg dies, that is a failure", async () => {
    const children = await childrenOf(process.pid);
    const { sink } = await play();
    const [ffmpeg = 0] = (await childrenOf(process.pid)).filter((pid) => !children.includes(pid));
    process.kill(ffmpeg, "SIGKILL");
    expect((await sink.failure).message).toMatch(/^ffmpeg ended \(SIGKILL\)/);
  });

  test("A file that cannot be played is said in a sentence", async () => {
    const sound = join(folder, "sound.wav");
    await make(sound, "-f", "lavfi", "-i", "sine=duration=0.1");
    await expect(play({ path: sound })).rejects.toThrow(`${sound} has no video in it`);
    const text = join(folder, "text.mp4");
    await writeFile(text, "This is no film.");
    await expect(play({ path: text })).rejects.toThrow(/text.mp4 cannot be played: \w+/);
    const missing = join(folder, "missing.mp4");
    await expect(play({ path: missing })).rejects.toThrow(
      `${missing} cannot be played: No such file or directory`,
    );
  });
});

test("Where there is no ffmpeg, that is said in a sentence", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  const opening = FileSource.open({ path: "film.mp4", framesPerSecond: 30 });
  await expect(opening).rejects.toThrow(/^ffmpeg is not on PATH/);
});
