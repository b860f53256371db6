import type { Sample } from "@broadcast-ipc/receiver";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Arrival } from "../src/arrival.ts";
import { Timeline } from "../src/timeline.ts";
import { numberedFrame } from "./support/timeline.ts";

const second = 1_000_000;
const hour = 3600 * second;

function frame(timestamp: number, time: number): Arrival<Extract<Sample, { type: "image" }>> {
  return { sample: { ...numberedFrame(0, timestamp, 300, 16), data: new Uint8Array() }, time };
}

/** Audio of 20 ms. */
function audio(timestamp: number, time: number): Arrival {
  const format = { format: "s16", sampleRate: 1000, numberOfChannels: 1, numberOfFrames: 20 } as const;
  const data = new Uint8Array(40);
  return { sample: { type: "audio", ...format, data, timestamp, [Symbol.dispose]() {} }, time };
}

describe("Timeline", () => {
  test("keeps the differences of timestamps, and ends with the latest sample", () => {
    const timeline = new Timeline(frame(5000, 0));
    expect(timeline.place(frame(5000, 0))).toBe(0);
    expect(timeline.place(audio(4000, 10))).toBe(-1000);
    expect(timeline.place(frame(38_333, 20))).toBe(33_333);
    expect(timeline.place(audio(2 * second, second))).toBe(1_995_000);
    expect(timeline.end).toBe(2_015_000);
    expect(timeline.place(frame(1.9 * second, second))).toBe(1_895_000);
    expect(timeline.end).toBe(2_015_000);
  });

  test("rounds fractional timestamps", () => {
    const timeline = new Timeline(frame(0.25, 0));
    expect(timeline.place(frame(1000.6, 0))).toBe(1000);
  });

  test("keeps a pause of an hour", () => {
    const timeline = new Timeline(frame(0, 0));
    timeline.place(frame(second, second));
    expect(timeline.place(frame(hour, hour))).toBe(hour);
  });

  test("keeps the gap of frames that were lost while this process was stopped", () => {
    const timeline = new Timeline(frame(0, 0));
    // The process is stopped for a minute. A frame from before arrives, and then a new one.
    timeline.place(frame(0.1 * second, 60 * second));
    expect(timeline.place(frame(60 * second, 60 * second))).toBe(60 * second);
  });

  test.each([
    ["back", -2 * hour],
    ["forward", 2 * hour],
  ])("continues where it was, plus the time that passed, if the clock jumps %s", (_, jump) => {
    const timeline = new Timeline(frame(9 * hour, 0));
    timeline.place(frame(9 * hour + second, second));
    const start = 9 * hour + second + jump;
    expect(timeline.place(frame(start, 3 * second))).toBe(3 * second);
    expect(timeline.place(audio(start + 10_000, 3 * second))).toBe(3_010_000);
    expect(timeline.place(frame(start + 40_000, 3 * second))).toBe(3_040_000);
    expect(timeline.at(start + second, start + 4 * second)).toBe(4 * second);
  });

  test("continues after the end of the audio if no time has passed", () => {
    const timeline = new Timeline(frame(0, 0));
    timeline.place(audio(0, 0));
    expect(timeline.place(frame(-hour, 0))).toBe(20_000);
  });

  test("does not take a small step back for a jump", () => {
    const timeline = new Timeline(frame(0, 0));
    timeline.place(frame(second, second));
    expect(timeline.place(frame(0.6 * second, second))).toBe(0.6 * second);
    expect(timeline.place(frame(0.4 * second, second))).toBe(second);
  });

  test("ignores the duration of audio with impossible metadata", () => {
    const timeline = new Timeline(frame(0, 0));
    const { sample, time } = audio(0, 0);
    timeline.place({ sample: { ...sample, sampleRate: 0 } as Sample, time });
    timeline.place({ sample: { ...sample, numberOfFrames: 1e12 } as Sample, time });
    expect(timeline.end).toBe(0);
  });

  test("extends the end, and never shortens it", () => {
    const timeline = new Timeline(frame(0, 0));
    timeline.extend(second);
    timeline.extend(1000);
    expect(timeline.end).toBe(second);
  });

  test("ignores an end that is invalid or far ahead of the time that passed", () => {
    const timeline = new Timeline(frame(0, 0));
    timeline.place(frame(second, second));
    for (const end of [Number.NaN, Number.POSITIVE_INFINITY, hour]) timeline.extendTo(end, 2 * second);
    expect(timeline.end).toBe(second);
    timeline.extendTo(2 * second, 2 * second);
    expect(timeline.end).toBe(2 * second);
  });

  const steps = fc.array(fc.integer({ min: 1000, max: 2 * second }), { minLength: 2, maxLength: 30 });
  const wrong = fc.oneof(
    fc.integer({ min: -100 * 24 * hour, max: -20 * second }),
    fc.integer({ min: 60 * second, max: 100 * 24 * hour }),
  );

  test("a wrong timestamp does not change the positions of other samples", () => {
    fc.assert(
      fc.property(steps, fc.nat(), wrong, fc.boolean(), (differences, index, error, isAudio) => {
        const clean = new Timeline(frame(hour, 0));
        const disturbed = new Timeline(frame(hour, 0));
        let time = 0;
        differences.forEach((difference, step) => {
          time += difference;
          if (step === index % differences.length) {
            const outlier = (isAudio ? audio : frame)(hour + time + error, time);
            const position = disturbed.place(outlier);
            expect(Math.abs(position - time)).toBeLessThanOrEqual(2 * second);
          }
          const sample = frame(hour + time, time);
          expect(disturbed.place(sample)).toBe(clean.place(sample));
        });
      }),
    );
  });

  test("the positions of any timestamps stay near the time that passed", () => {
    const any = fc.array(fc.record({ timestamp: fc.maxSafeInteger(), step: fc.nat(second) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(any, (samples) => {
        const timeline = new Timeline(frame(0, 0));
        let time = 0;
        for (const { timestamp, step } of samples) {
          time += step;
          const position = timeline.place(frame(timestamp, time));
          expect(position).toBeGreaterThanOrEqual(-second);
          // Each sample may be ahead by less than a jump.
          expect(position).toBeLessThanOrEqual(time + samples.length * 10 * second);
        }
      }),
    );
  });
});
