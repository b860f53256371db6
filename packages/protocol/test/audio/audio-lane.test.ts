import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AudioLane, maxAudioBytes, maxAudioSamples, type QueuedAudio } from "../../src/index.ts";

interface Item extends QueuedAudio {
  readonly id: number;
}

function audio(id: number, ms: number): Item {
  return { id, numberOfFrames: ms * 48, sampleRate: 48_000 };
}

const ids = (items: readonly Item[]) => items.map(({ id }) => id);

describe("AudioLane", () => {
  it("returns samples in the order of push()", () => {
    const lane = new AudioLane<Item>(100);
    for (const id of [1, 2, 3]) expect(lane.push(audio(id, 10))).toEqual([]);
    expect(lane.bufferedMs).toBe(30);
    expect([lane.shift()?.id, lane.shift()?.id, lane.shift()?.id, lane.shift()]).toEqual([
      1,
      2,
      3,
      undefined,
    ]);
    expect(lane.bufferedMs).toBe(0);
  });

  it("holds samples up to maxBufferedMs, and drops the oldest samples above maxBufferedMs", () => {
    const lane = new AudioLane<Item>(30);
    for (const id of [1, 2, 3]) expect(lane.push(audio(id, 10))).toEqual([]);
    expect(ids(lane.push(audio(4, 10)))).toEqual([1]);
    expect(ids(lane.push(audio(5, 25)))).toEqual([2, 3, 4]);
    expect(lane.shift()?.id).toBe(5);
  });

  it("keeps the newest sample even if its duration alone exceeds maxBufferedMs", () => {
    const lane = new AudioLane<Item>(0);
    expect(lane.push(audio(1, 10))).toEqual([]);
    expect(ids(lane.push(audio(2, 10_000)))).toEqual([1]);
    expect(lane.bufferedMs).toBe(10_000);
    expect(lane.shift()?.id).toBe(2);
  });

  it("computes the duration of each sample from its own sample rate", () => {
    const lane = new AudioLane<Item>(1000);
    lane.push({ id: 1, numberOfFrames: 4_000, sampleRate: 8_000 });
    lane.push({ id: 2, numberOfFrames: 24_000, sampleRate: 96_000 });
    expect(lane.bufferedMs).toBe(750);
  });

  it("returns all waiting samples on clear()", () => {
    const lane = new AudioLane<Item>(100);
    lane.push(audio(1, 10));
    lane.push(audio(2, 10));
    expect(ids(lane.clear())).toEqual([1, 2]);
    expect(lane.bufferedMs).toBe(0);
    expect(lane.clear()).toEqual([]);
    expect(lane.shift()).toBeUndefined();
  });

  it("holds at most 1,024 short samples", () => {
    const lane = new AudioLane<Item>(500);
    const tiny = (id: number) => ({ id, numberOfFrames: 1, sampleRate: 768_000 });
    for (let id = 0; id < maxAudioSamples; id++) expect(lane.push(tiny(id))).toEqual([]);
    expect(ids(lane.push(tiny(1024)))).toEqual([0]);
    expect(lane.length).toBe(maxAudioSamples);
    expect(maxAudioSamples).toBe(1024);
  });

  it("holds at most 1,024 samples whose duration is NaN", () => {
    const lane = new AudioLane<Item>(500);
    let dropped = 0;
    for (let id = 0; id < 2000; id++)
      dropped += lane.push({ id, numberOfFrames: Number.NaN, sampleRate: 0 }).length;
    expect(lane.length).toBe(maxAudioSamples);
    expect(dropped).toBe(2000 - maxAudioSamples);
  });

  it("holds at most 4 MiB, except a single larger sample", () => {
    const lane = new AudioLane<Item>(500);
    const withBytes = (id: number, bytes: number) => ({ ...audio(id, 1), data: new Uint8Array(bytes) });
    for (const id of [1, 2, 3, 4]) expect(lane.push(withBytes(id, maxAudioBytes / 4))).toEqual([]);
    expect(ids(lane.push(withBytes(5, 1)))).toEqual([1]);
    expect(ids(lane.push(withBytes(6, maxAudioBytes + 1)))).toEqual([2, 3, 4, 5]);
    expect(lane.shift()?.id).toBe(6);
    for (const id of [7, 8, 9, 10]) expect(lane.push(withBytes(id, maxAudioBytes / 4))).toEqual([]);
    expect(maxAudioBytes).toBe(4 * 1024 * 1024);
  });

  it("subtracts a sample's original size from the buffered bytes on shift(), even if the buffer has been transferred", () => {
    const lane = new AudioLane<Item>(500);
    for (let id = 0; id < 10; id++) {
      const data = new Uint8Array(maxAudioBytes);
      lane.push({ ...audio(id, 1), data });
      structuredClone(data.buffer, { transfer: [data.buffer] });
      lane.push(audio(100 + id, 1));
      expect([lane.shift()?.id, lane.shift()?.id]).toEqual([id, 100 + id]);
    }
  });

  it("returns each sample once and in order, and respects maxBufferedMs, for any sequence of calls", () => {
    const durations = fc.record({
      numberOfFrames: fc.integer({ min: 1, max: 5_000 }),
      sampleRate: fc.constantFrom(8_000, 44_100, 48_000, 96_000),
    });
    const operation = fc.oneof(
      { weight: 4, arbitrary: durations },
      { weight: 2, arbitrary: fc.constant("shift" as const) },
      { weight: 1, arbitrary: fc.constant("clear" as const) },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.array(operation, { maxLength: 60 }),
        (bound, operations) => {
          const lane = new AudioLane<Item>(bound);
          const left: number[] = [];
          let waiting: Item[] = [];
          let pushed = 0;
          for (const operation of operations) {
            if (operation === "shift") {
              const item = lane.shift();
              expect(item).toBe(waiting.shift());
              if (item) left.push(item.id);
            } else if (operation === "clear") {
              const items = lane.clear();
              expect(items).toEqual(waiting);
              left.push(...ids(items));
              waiting = [];
            } else {
              const item = { id: pushed++, ...operation };
              waiting.push(item);
              const dropped = lane.push(item);
              expect(dropped).toEqual(waiting.splice(0, dropped.length));
              left.push(...ids(dropped));
            }
            const total = waiting.reduce(
              (sum, item) => sum + (item.numberOfFrames / item.sampleRate) * 1000,
              0,
            );
            expect(lane.bufferedMs).toBeCloseTo(total, 6);
            if (waiting.length > 1) expect(lane.bufferedMs).toBeLessThanOrEqual(bound);
          }
          left.push(...ids(lane.clear()));
          expect(left).toEqual([...Array(pushed).keys()]);
        },
      ),
    );
  });
});
