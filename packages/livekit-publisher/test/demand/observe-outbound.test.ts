import { describe, expect, it } from "vitest";
import {
  findTrackIdentifier,
  observeOutbound,
  type PublisherStats,
  videoTrackIdentifiers,
} from "../../src/demand/observe-outbound.ts";
import { identifierOf, type RecordedStats, recordedStats } from "./recorded-stats.ts";

const observe = (name: keyof RecordedStats, width: number) =>
  observeOutbound(recordedStats[name], identifierOf(recordedStats[name], width));

describe("observeOutbound", () => {
  it("reads one track and leaves out the others of the room", () => {
    expect(observe("severalTracks", 1280)).toEqual({
      layers: [
        { rid: "", isActive: true, width: 1280, height: 720, fps: 15, framesEncoded: 46, limitation: "none" },
      ],
      sourceWidth: 1280,
      sourceHeight: 720,
      sourceFrames: 46,
      sourceFps: 15,
    });
    expect(observe("severalTracks", 320)).toMatchObject({ layers: [{ width: 320, height: 240, fps: 10 }] });
  });

  it("reads whether the server paused the track", () => {
    expect(observe("subscribed", 1280)?.layers).toMatchObject([{ isActive: true, fps: 15 }]);
    expect(observe("unsubscribed", 1280)).toMatchObject({
      layers: [{ isActive: false, fps: 0 }],
      sourceFps: 30,
    });
  });

  it("reads all layers of simulcast", () => {
    expect(observe("simulcast", 1280)?.layers).toMatchObject([
      { rid: "h", isActive: true, width: 1280, height: 720 },
      { rid: "q", isActive: true, width: 640, height: 360 },
    ]);
    expect(observe("lowLayerOnly", 1280)?.layers).toMatchObject([
      { rid: "h", isActive: false, width: 0, height: 0 },
      { rid: "q", isActive: true, width: 640, height: 360, fps: 3 },
    ]);
    expect(observe("simulcastPaused", 1280)?.layers.map(({ isActive }) => isActive)).toEqual([false, false]);
  });

  it("reads the sent size and what limits it", () => {
    expect(observe("scaledDown", 1280)).toMatchObject({
      layers: [{ width: 320, height: 180, limitation: "bandwidth" }],
      sourceWidth: 1280,
      sourceHeight: 720,
    });
  });

  it("reads the number of frames that the encoder accepted", () => {
    expect(observe("framesDropped", 1280)).toMatchObject({
      layers: [{ framesEncoded: 8, limitation: "none" }],
      sourceFrames: 359,
    });
    expect(observe("encoderTooSlow", 3840)).toMatchObject({
      layers: [{ framesEncoded: 7, limitation: "none" }],
      sourceFrames: 282,
    });
    expect(observe("spatialLayers", 1280)).toMatchObject({
      layers: [{ rid: "", fps: 29, framesEncoded: 534 }],
      sourceFrames: 178,
    });
  });

  it("returns undefined if the track is not in the statistics", () => {
    expect(observeOutbound([], "a")).toBeUndefined();
    expect(observeOutbound(recordedStats.subscribed, "a")).toBeUndefined();
    expect(observeOutbound(recordedStats.subscribed, "")).toBeUndefined();
  });

  it("returns undefined for incomplete statistics", () => {
    const source = { stats: { case: "mediaSource", value: { rtc: { id: "S" }, source: { kind: "video" } } } };
    const named = structuredClone(source);
    Object.assign(named.stats.value.source, { trackIdentifier: "a" });
    const outbound = (value: unknown) => ({ stats: { case: "outboundRtp", value } });
    for (const odd of [
      [null, undefined, {}, { stats: null }, { stats: { case: "mediaSource" } }],
      [source, outbound({ outbound: { mediaSourceId: "S", active: true } })],
      [named],
      [named, outbound(undefined), outbound({}), outbound({ outbound: { mediaSourceId: "S" } })],
      [named, outbound({ outbound: { mediaSourceId: "other", active: true } })],
    ]) {
      expect(observeOutbound(odd as unknown as PublisherStats, "a")).toBeUndefined();
    }
  });

  it("reads missing numbers as 0 and an unknown limitation as other", () => {
    const stats = [
      {
        stats: {
          case: "mediaSource",
          value: { rtc: { id: "S" }, source: { kind: "video", trackIdentifier: "a" } },
        },
      },
      {
        stats: {
          case: "outboundRtp",
          value: {
            outbound: {
              mediaSourceId: "S",
              active: true,
              framesPerSecond: Number.NaN,
              qualityLimitationReason: 9,
            },
          },
        },
      },
    ];
    expect(observeOutbound(stats as unknown as PublisherStats, "a")).toEqual({
      layers: [
        { rid: "", isActive: true, width: 0, height: 0, fps: 0, framesEncoded: 0, limitation: "other" },
      ],
      sourceWidth: 0,
      sourceHeight: 0,
      sourceFrames: 0,
      sourceFps: 0,
    });
  });
});

describe("findTrackIdentifier", () => {
  const { severalTracks } = recordedStats;
  const [large, small] = [identifierOf(severalTracks, 1280), identifierOf(severalTracks, 320)];

  it("returns the video track that was published since", () => {
    const size = { width: 1, height: 1 };
    expect(videoTrackIdentifiers(severalTracks)).toEqual(new Set([large, small]));
    expect(findTrackIdentifier(severalTracks, new Set([small]), size)).toBe(large);
    expect(findTrackIdentifier(severalTracks, new Set([large]), size)).toBe(small);
  });

  it("returns the track of the captured size if several tracks were published since", () => {
    expect(findTrackIdentifier(severalTracks, new Set(), { width: 320, height: 240 })).toBe(small);
  });

  it("returns undefined if there is no such track, or more than one", () => {
    const size = { width: 1280, height: 720 };
    expect(findTrackIdentifier([], new Set(), size)).toBeUndefined();
    expect(findTrackIdentifier(severalTracks, new Set([large, small]), size)).toBeUndefined();
    const twice = [...severalTracks, ...recordedStats.simulcast];
    expect(findTrackIdentifier(twice, new Set(), size)).toBeUndefined();
  });
});
