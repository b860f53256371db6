import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AudioSample, AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import type { Sample } from "@broadcast-ipc/receiver";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Recorder } from "../../src/recorder.ts";
import { isMissing } from "../support/is-missing.ts";
import { amplitudeAt, RecordedFile } from "../support/recorded-file.ts";
import { inOrder, numberedFrame } from "../support/timeline.ts";
import { frequencyOf, toneAt } from "../support/tones.ts";

const second = 1_000_000;
const count = (length: number) => Array.from({ length }, (_, index) => index);

/** Returns numbered frames, each `interval` microseconds. */
function framesUntil(end: number, interval: number, size: readonly [number, number] = [64, 64]): Sample[] {
  return count(Math.ceil(end / interval)).map((number) => numberedFrame(number, number * interval, ...size));
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("Recorder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "recorder-audio-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function recordAll(name: string, samples: Iterable<Sample>): Promise<RecordedFile> {
    const path = join(folder, name);
    const recorder = await Recorder.start(path);
    for (const sample of samples) await recorder.write(sample);
    await recorder.stop();
    return RecordedFile.open(path);
  }

  test.each(["mp4", "webm"])(
    "makes each single channel of 1 to 32 channels audible in a .%s file",
    async (type) => {
      const frequencies = [500, 1_000, 1_500];
      const channels = count(32).flatMap((index) =>
        count(index + 1).map((channel) => ({ numberOfChannels: index + 1, channel })),
      );
      const tones = channels.map(({ numberOfChannels, channel }, index) => {
        const form = {
          numberOfChannels,
          channel,
          format: index % 2 ? "f32" : "s16",
          numberOfFrames: 2_880,
        } as const;
        return toneAt({ ...form, frequency: frequencies[index % 3] ?? 0, timestamp: index * 60_000 });
      });
      const end = channels.length * 60_000;
      const file = await recordAll(`channels.${type}`, inOrder(...framesUntil(end, second), ...tones));

      expect(Math.abs(file.seconds - end / second)).toBeLessThan(0.1);
      const audio = await file.audio(0, end / second);
      const inaudible = channels.filter((_, index) => {
        // 30 ms from the middle of the 60 ms.
        const part = audio.subarray(index * 2_880 + 720, index * 2_880 + 2_160);
        const [own = 0, other = 0, third = 0] = count(3).map((offset) =>
          amplitudeAt(frequencies[(index + offset) % 3] ?? 0, part),
        );
        return own < 0.01 || own < 3 * other || own < 3 * third;
      });
      expect(inaudible).toEqual([]);
    },
  );

  test("does not clip full-scale tones on all of 1 to 32 channels", async () => {
    const tones = count(32).map((index) =>
      toneAt({
        ...{ numberOfChannels: index + 1, format: index % 2 ? "f32" : "s16", numberOfFrames: 9_600 },
        ...{ amplitude: 1, timestamp: index * 200_000 },
      }),
    );
    const file = await recordAll("loud.mp4", inOrder(...framesUntil(6.4 * second, second), ...tones));
    const audio = await file.audio(0, 6.4);
    for (const index of count(32)) {
      const part = audio.subarray(index * 9_600 + 2_400, index * 9_600 + 7_200);
      expect(amplitudeAt(1_000, part)).toBeGreaterThan(0.75);
      // A clipped tone has odd harmonics.
      for (const odd of [3_000, 5_000]) expect(amplitudeAt(odd, part)).toBeLessThan(0.01);
    }
  });

  test.each(["mp4", "webm"])(
    "keeps a tone when rate, channels and format change, in a .%s file",
    async (type) => {
      const forms: readonly (readonly [number, number, AudioSampleFormat])[] = [
        [8_000, 1, "s16"],
        [44_100, 2, "f32"],
        [192_000, 6, "s16"],
        [48_000, 32, "f32"],
        [16_000, 12, "f32"],
        [96_000, 3, "s16"],
        [768_000, 1, "f32"],
        [48_000, 2, "s16"],
      ];
      const tones = forms.flatMap(([sampleRate, numberOfChannels, format], part) =>
        count(50).map((index) => {
          const form = { sampleRate, numberOfChannels, format, numberOfFrames: sampleRate / 50 };
          const from = part + index / 50;
          return toneAt({ ...form, frequency: 997, from, timestamp: Math.round(from * second) });
        }),
      );
      const end = forms.length;
      const file = await recordAll(`forms.${type}`, inOrder(...framesUntil(end * second, 100_000), ...tones));

      expect(Math.abs(file.seconds - end)).toBeLessThan(0.1);
      const audio = await file.audio(0, end);
      expect(Math.abs(audio.length / 48_000 - end)).toBeLessThan(0.1);
      for (const part of count(end)) {
        const middle = audio.subarray(part * 48_000 + 2_400, (part + 1) * 48_000 - 2_400);
        expect(Math.abs(frequencyOf(middle) - 997)).toBeLessThan(0.5);
        expect(amplitudeAt(997, middle.subarray(0, 38_400))).toBeGreaterThan(0.3);
      }
    },
  );

  test.each([
    ["mp4", 0],
    ["webm", 0],
    ["mp4", 1_000],
    ["webm", -1_000],
  ])(
    "keeps beeps within 20 ms of their frames for a minute, in a .%s file, at a drift of %d ppm",
    async (type, ppm) => {
      // A device that drifts captures a sample of 20 ms in a little more or less time.
      const length = 20_000 * (1 + ppm / 1e6);
      const audio = count(60 * 50).map((index): AudioSample & Disposable => {
        const timestamp = Math.round(index * length);
        const values = new Int16Array(1_920);
        for (let at = 0; at < values.length; at++) {
          const time = (index * length + (Math.floor(at / 2) * length) / 960) / second;
          if (time % 5 >= 0.1 || time < 1) continue;
          values[at] = 16_000 * Math.sin(2 * Math.PI * 1_000 * time);
        }
        const form = { format: "s16", sampleRate: 48_000, numberOfChannels: 2, numberOfFrames: 960 } as const;
        return {
          type: "audio",
          ...form,
          data: new Uint8Array(values.buffer),
          timestamp,
          [Symbol.dispose]() {},
        };
      });
      const file = await recordAll(
        `sync${ppm}.${type}`,
        // The smallest frames that have room for a frame code.
        inOrder(...framesUntil(59 * second, 500_000, [272, 32]), ...audio),
      );

      const heard = await file.audio(0, 60);
      const frames = await file.frames();
      for (const beep of [5, 20, 35, 55]) {
        const time = frames.find(({ number }) => number === beep * 2)?.time ?? Number.NaN;
        const from = Math.round((beep - 1) * 48_000);
        const onset = (from + heard.subarray(from).findIndex((value) => Math.abs(value) > 0.1)) / 48_000;
        expect(Math.abs(onset - time)).toBeLessThan(0.02);
      }
    },
  );

  test("leaves out invalid audio, and continues", async () => {
    const good = count(50).map((index) =>
      toneAt({ numberOfFrames: 1_920, from: index / 25, timestamp: index * 40_000 }),
    );
    const [, , , , , sample] = good;
    const bad = [
      { numberOfChannels: 33 },
      { numberOfChannels: 0 },
      { sampleRate: 0 },
      { sampleRate: Number.NaN },
      { numberOfFrames: 7 },
      { format: "u8" },
      { data: new Uint8Array(3) },
    ].map((fields) => ({ ...sample, ...fields, timestamp: second }) as AudioSample & Disposable);
    const file = await recordAll(
      "invalid.mp4",
      inOrder(...framesUntil(2 * second, 100_000), ...good, ...bad),
    );
    expect(Math.abs(file.seconds - 2)).toBeLessThan(0.1);
    expect((await file.frames()).length).toBeGreaterThanOrEqual(20);
    expect(amplitudeAt(1_000, await file.audio(0.2, 1.8))).toBeGreaterThan(0.4);
  });

  test("keeps audio in step after a pause of five minutes", async () => {
    const part = (from: number) =>
      inOrder(
        ...count(40).map((index) => numberedFrame(index, from + index * 50_000, 64, 64)),
        ...count(100).map((index) =>
          toneAt({ numberOfFrames: 960, from: index / 50, timestamp: from + index * 20_000 }),
        ),
      );
    // A pause of the source, not a jump of its clock: the same time passes on the clock of this process.
    const { hrtime } = process;
    let passed = 0;
    const clock = vi.spyOn(process, "hrtime");
    onTestFinished(() => clock.mockRestore());
    clock.mockImplementation((...args) => {
      const [seconds, nanoseconds] = hrtime(...args);
      return [seconds + passed, nanoseconds];
    });
    function* samples() {
      yield* part(0);
      passed = 300;
      yield* part(300 * second);
    }
    const file = await recordAll("pause.mp4", samples());
    expect(Math.abs(file.seconds - 302)).toBeLessThan(0.1);
    const audio = await file.audio(0, 302);
    const level = (from: number, to: number) =>
      amplitudeAt(1_000, audio.subarray(from * 48_000, to * 48_000));
    expect(level(0.1, 1.9)).toBeGreaterThan(0.4);
    const silence = audio.subarray(2.1 * 48_000, 299.9 * 48_000);
    expect(silence.findIndex((value) => Math.abs(value) > 0.001)).toBe(-1);
    expect(level(300.1, 301.9)).toBeGreaterThan(0.4);
  });
});
