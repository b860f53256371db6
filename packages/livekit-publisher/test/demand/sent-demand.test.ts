import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { observeOutbound } from "../../src/demand/observe-outbound.ts";
import { type DemandObservation, SentDemand } from "../../src/demand/sent-demand.ts";
import { layerOf, outboundOf } from "./fake-outbound.ts";
import { identifierOf, type RecordedStats, recordedStats } from "./recorded-stats.ts";

const viewer = { participants: 1, isRecording: false };
const captured = { width: 1280, height: 720, frames: 0 };

/** Returns an observation in which half of the frames are sent, in half the size. */
function overloaded(now: number): DemandObservation {
  const framesEncoded = (now * 15) / 1_000;
  const layer = layerOf({ width: 640, height: 360, fps: 15, framesEncoded });
  const frames = (now * 30) / 1_000;
  return { ...viewer, outbound: outboundOf([layer], frames), captured: { ...captured, frames } };
}

function observeFor(demand: SentDemand, ms: number) {
  for (let now = 0; now < ms; now += 500) demand.observe(overloaded(now), now);
  return demand.observe(overloaded(ms), ms);
}

describe("SentDemand", () => {
  it("demands the limits at first, with statistics or without", () => {
    const limits = { maxFps: 30, maxWidth: 1920, maxHeight: 1080 };
    for (const outbound of [undefined, outboundOf()]) {
      const demand = new SentDemand(limits, { followsSize: true });
      expect(demand.observe({ ...viewer, outbound, captured }, 0)).toEqual(limits);
    }
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: false });
    expect(demand.observe({ ...viewer, outbound: undefined, captured }, 0)).toEqual({ maxFps: 30 });
  });

  it("follows what is sent in rate and size", () => {
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: true });
    expect(observeFor(demand, 8_000)).toEqual({ maxFps: 18, maxWidth: 640, maxHeight: 360 });
  });

  it("follows only the rate without followsSize", () => {
    const demand = new SentDemand({ maxFps: 30, maxWidth: 1920 }, { followsSize: false });
    expect(observeFor(demand, 8_000)).toEqual({ maxFps: 18, maxWidth: 1920 });
  });

  it("does not demand more than the limits if a larger size is sent", () => {
    const demand = new SentDemand({ maxFps: 30, maxWidth: 500 }, { followsSize: true });
    expect(observeFor(demand, 8_000)).toEqual({ maxFps: 18, maxWidth: 500, maxHeight: 360 });
  });

  it("returns the same object until the demand changes", () => {
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: true });
    const first = demand.observe(overloaded(0), 0);
    expect(demand.observe(overloaded(500), 500)).toBe(first);
    const later = observeFor(demand, 8_000);
    expect(later).not.toBe(first);
    expect(demand.observe(overloaded(8_500), 8_500)).toBe(later);
  });

  it("returns null while the track is paused, and the limits when it is active again", () => {
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: true });
    observeFor(demand, 8_000);
    const paused = outboundOf([layerOf({ isActive: false })]);
    expect(demand.observe({ ...viewer, outbound: paused, captured }, 8_500)).toBeNull();
    expect(demand.observe({ ...viewer, outbound: undefined, captured }, 9_000)).toBeNull();
    expect(demand.observe({ ...viewer, outbound: outboundOf(), captured }, 9_500)).toEqual({ maxFps: 30 });
  });

  it("keeps the demand while there are no statistics", () => {
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: true });
    const before = observeFor(demand, 8_000);
    expect(demand.observe({ ...viewer, outbound: undefined, captured }, 8_500)).toBe(before);
  });

  it("stops and continues with the recorded statistics of a subscriber", () => {
    const demand = new SentDemand({ maxFps: 30 }, { followsSize: true });
    const observe = (name: keyof RecordedStats, now: number) => {
      const outbound = observeOutbound(recordedStats[name], identifierOf(recordedStats[name], 1280));
      return demand.observe({ ...viewer, outbound, captured }, now);
    };
    expect(observe("severalTracks", 0)).toEqual({ maxFps: 30 });
    expect(observe("unsubscribed", 500)).toBeNull();
    expect(observe("subscribed", 1_000)).toEqual({ maxFps: 30 });
    expect(observe("simulcastPaused", 1_500)).toBeNull();
    expect(observe("lowLayerOnly", 2_000)).toEqual({ maxFps: 30 });
  });

  it("returns null only if all layers are paused or the room was empty for 10 s", () => {
    const step = fc.record({
      layers: fc.array(fc.boolean(), { maxLength: 3 }),
      participants: fc.nat(1),
      isRecording: fc.boolean(),
      seconds: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, followsSize) => {
        const demand = new SentDemand({ maxFps: 30 }, { followsSize });
        let now = 0;
        let occupiedAt = 0;
        let isPaused = false;
        for (const { layers, participants, isRecording, seconds } of steps) {
          now += seconds * 1_000;
          if (participants > 0 || isRecording) occupiedAt = now;
          if (layers.length > 0) isPaused = !layers.includes(true);
          const outbound =
            layers.length > 0
              ? outboundOf(layers.map((isActive, rid) => layerOf({ rid: `${rid}`, isActive })))
              : undefined;
          const next = demand.observe({ outbound, participants, isRecording, captured }, now);
          if (isPaused) expect(next).toBeNull();
          else if (next === null) expect(now - occupiedAt).toBeGreaterThanOrEqual(10_000);
        }
      }),
    );
  });
});
