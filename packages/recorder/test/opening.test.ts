import type { Sample } from "@broadcast-ipc/receiver";
import { describe, expect, test } from "vitest";
import { Opening } from "../src/opening.ts";
import { numberedFrame, tone } from "./support/timeline.ts";

const second = 1_000_000;

function openingWith(...samples: readonly Sample[]): Opening {
  const opening = new Opening(true);
  for (const sample of samples) opening.add({ sample, time: 0 });
  return opening;
}

/** A frame whose data claims to have this length. */
function frameOf(byteLength: number): Sample {
  return { ...numberedFrame(0, 0), data: { byteLength } as Uint8Array };
}

describe("Opening", () => {
  test("is over with the first frame and the first audio", () => {
    const [audio] = tone(0, 20_000) as Iterable<Sample>;
    expect(openingWith(...tone(0, second)).isOver).toBe(false);
    expect(openingWith(numberedFrame(0, 0)).isOver).toBe(false);
    expect(openingWith(numberedFrame(0, 0), audio as Sample).isOver).toBe(true);
  });

  test("waits for audio until the frames span half a second", () => {
    expect(openingWith(numberedFrame(0, 0), numberedFrame(1, 499_999)).isOver).toBe(false);
    expect(openingWith(numberedFrame(0, 0), numberedFrame(1, 500_000)).isOver).toBe(true);
  });

  test("is over with eight frames, or with 64 MiB of frames", () => {
    const frames = Array.from({ length: 8 }, (_, number) => numberedFrame(number, 0));
    expect(openingWith(...frames.slice(1)).isOver).toBe(false);
    expect(openingWith(...frames).isOver).toBe(true);
    expect(openingWith(frameOf(32 * 2 ** 20)).isOver).toBe(false);
    expect(openingWith(frameOf(32 * 2 ** 20), frameOf(32 * 2 ** 20)).isOver).toBe(true);
  });

  test("keeps one second of audio before the first frame, and disposes the rest", () => {
    let disposed = 0;
    const audio = [...tone(0, 5 * second)].map((sample) => ({
      ...sample,
      [Symbol.dispose]: () => disposed++,
    }));
    const opening = openingWith(...audio);
    expect(disposed).toBe(199);
    expect([...opening.takeAll()]).toHaveLength(51);
  });

  test("keeps at most 1,024 audio samples with the same timestamp", () => {
    const [audio] = [...tone(0, 20_000, 8000, 1)];
    const opening = openingWith(...Array.from({ length: 2000 }, () => audio as Sample));
    expect([...opening.takeAll()]).toHaveLength(1024);
  });

  test("continues with the next frame after removeFirstFrame()", () => {
    const opening = openingWith(numberedFrame(0, 0), numberedFrame(1, second));
    opening.removeFirstFrame();
    expect(opening.firstFrame?.sample.timestamp).toBe(second);
    expect(opening.isOver).toBe(false);
    opening.removeFirstFrame();
    expect(opening.firstFrame).toBeUndefined();
  });
});
