import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SentRate } from "../../src/demand/sent-rate.ts";
import { FakeLibrary, type LibraryBehaviour } from "./fake-library.ts";
import { layerOf, outboundOf } from "./fake-outbound.ts";

/** A rate, its fake library, and the rates that it demands twice a second. */
function open(maxFps = 30) {
  const library = new FakeLibrary();
  const rate = new SentRate(maxFps);
  const demands: number[] = [maxFps];
  const run = (seconds: number, behaviour: LibraryBehaviour) => {
    for (let i = 0; i < seconds * 2; i++) {
      const video = library.run(demands.at(-1) ?? maxFps, behaviour);
      demands.push(rate.observe(video, library.capturedFrames, library.now));
    }
    return demands.at(-1);
  };
  return { run, demands };
}

const upTo = (fps: number): LibraryBehaviour => ({ encode: () => fps });
const changesIn = (demands: readonly number[]) =>
  demands.filter((demand, index) => index > 0 && demand !== demands[index - 1]).length;

describe("SentRate", () => {
  it("demands the maximum while all frames are sent, from a fast source and a slow one", () => {
    const { run, demands } = open();
    run(20, upTo(60));
    run(20, { ...upTo(60), source: 12 });
    run(20, { ...upTo(60), source: 0 });
    expect(new Set(demands)).toEqual(new Set([30]));
  });

  it("demands what a slow encoder sends plus 20 % within 10 s", () => {
    const { run } = open();
    expect(run(10, upTo(10))).toBe(12);
    expect(run(10, upTo(10))).toBe(12);
  });

  it("does not fall below 2 frames per second", () => {
    const { run, demands } = open();
    expect(run(10, upTo(0))).toBe(2);
    run(120, upTo(0));
    expect(Math.min(...demands)).toBe(2);
  });

  it("keeps a maximum below 2 frames per second", () => {
    const { run, demands } = open(0.5);
    run(60, upTo(0));
    expect(new Set(demands)).toEqual(new Set([0.5]));
  });

  it("rises in steps to the maximum when all frames are sent again", () => {
    const { run, demands } = open();
    run(10, upTo(4));
    const before = demands.length;
    expect(run(40, upTo(60))).toBe(30);
    expect([...new Set(demands.slice(before))].slice(0, 3)).toEqual([6, 9, 14]);
  });

  it("tries the maximum even if half of the frames are dropped at a low rate", () => {
    const { run } = open();
    run(10, upTo(1));
    const droppingAtLowRates: LibraryBehaviour = { encode: (fps) => (fps < 10 ? fps / 2 : fps) };
    expect(run(30, droppingAtLowRates)).toBe(30);
    expect(run(120, droppingAtLowRates)).toBe(30);
  });

  it("tries the maximum at most once a minute while the encoder stays slow", () => {
    const { run, demands } = open();
    run(180, upTo(10));
    const before = demands.length;
    run(600, upTo(10));
    const later = demands.slice(before);
    expect(new Set(later)).toEqual(new Set([12, 30]));
    expect(changesIn(later)).toBeLessThanOrEqual(20);
    expect(later.filter((demand) => demand === 30).length / later.length).toBeLessThan(0.15);
  });

  it("follows the rate that the library chose while it adapts, not the frames that the encoder drops", () => {
    const adapting: LibraryBehaviour = { encode: () => 1, adapt: () => 15, limitation: "bandwidth" };
    const { run } = open();
    expect(run(10, adapting)).toBe(18);
  });

  it("counts the spatial layers of a frame once", () => {
    const { run, demands } = open();
    run(10, { ...upTo(60), spatialLayers: 3 });
    expect(new Set(demands)).toEqual(new Set([30]));
    expect(run(10, { ...upTo(10), spatialLayers: 3 })).toBe(12);
  });

  it("demands the maximum again when other layers become active", () => {
    const rate = new SentRate(30);
    const low = (framesEncoded: number) => layerOf({ rid: "q", fps: 3, framesEncoded });
    const high = layerOf({ rid: "h" });
    let now = 0;
    for (; now <= 10_000; now += 500) {
      const outbound = outboundOf([{ ...high, isActive: false }, low((now * 3) / 1_000)]);
      rate.observe(outbound, (now * 30) / 1_000, now);
    }
    expect(rate.observe(outboundOf([{ ...high, isActive: false }, low(30)]), 300, now)).toBe(5);
    expect(rate.observe(outboundOf([high, low(30)]), 300, now + 500)).toBe(30);
  });

  it("starts measuring again when the counters start again", () => {
    const rate = new SentRate(30);
    let now = 0;
    const observe = (framesEncoded: number, frames: number) => {
      now += 500;
      return rate.observe(outboundOf([layerOf({ framesEncoded })], framesEncoded), frames, now);
    };
    for (let i = 0; i < 10; i++) observe(i * 15, i * 15);
    for (let i = 0; i < 10; i++) expect(observe(i * 15, 150 + i * 15)).toBe(30);
    for (let i = 0; i < 10; i++) expect(observe(150 + i * 15, i * 15)).toBe(30);
  });

  it("stays between 1 and the maximum, whatever the library does", () => {
    const phase = fc.record({ seconds: fc.nat(30), encode: fc.nat(60), source: fc.nat(60) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(phase, { maxLength: 8 }), (maxFps, phases) => {
        const { run, demands } = open(maxFps);
        for (const { seconds, encode, source } of phases) run(seconds, { ...upTo(encode), source });
        expect(demands.every((fps) => fps >= 1 && fps <= maxFps && Number.isInteger(fps))).toBe(true);
      }),
    );
  });

  it("converges to a constant encoder rate and seldom leaves it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 1, max: 60, noNaN: true }),
        (maxFps, fps) => {
          const { run, demands } = open(maxFps);
          run(240, upTo(fps));
          const settled = demands.slice(120);
          const enough = settled.filter((demand) => demand >= Math.min(maxFps, Math.floor(fps)));
          const close = settled.filter((demand) => demand <= Math.max(fps / 0.7, fps + 3) + 1);
          expect(enough.length).toBe(settled.length);
          expect(close.length / settled.length).toBeGreaterThan(0.75);
          expect(changesIn(settled)).toBeLessThanOrEqual(20);
        },
      ),
    );
  });
});
