import { readFileSync } from "node:fs";
import type { PublisherStats } from "../../src/demand/observe-outbound.ts";

/**
 * Statistics of rtc-node 1.1.0 with livekit-server 1.13.5, without the entries and fields that the package does not read.
 * The server was local, the frames I420.
 */
export interface RecordedStats {
  /** 1280x720 VP8, a camera track of 320x240 and an audio track, 4 s after publishing, without a subscriber. */
  readonly severalTracks: PublisherStats;
  /** The same tracks, subscribed again after they were paused. */
  readonly subscribed: PublisherStats;
  /** The same tracks, 8 s after the last subscriber unsubscribed. */
  readonly unsubscribed: PublisherStats;
  /** 1280x720 VP8 with two layers. */
  readonly simulcast: PublisherStats;
  /** The same, paused by the server. */
  readonly simulcastPaused: PublisherStats;
  /** The same, while the only subscriber asks for low quality. */
  readonly lowLayerOnly: PublisherStats;
  /** 1280x720 noise with `degradationPreference` "balanced" and 400 kbit/s. */
  readonly scaledDown: PublisherStats;
  /** 1280x720 noise at 30 fps with 100 kbit/s. The resolution is kept and frames are dropped. */
  readonly framesDropped: PublisherStats;
  /** 3840x2160 AV1 at 30 fps on two cores. */
  readonly encoderTooSlow: PublisherStats;
  /** 1280x720 VP9 with `scalabilityMode` "L3T3_KEY". */
  readonly spatialLayers: PublisherStats;
}

export const recordedStats: RecordedStats = JSON.parse(
  readFileSync(new URL("recorded-stats.json", import.meta.url), "utf8"),
);

/** Returns the identifier of the video source of a size. */
export function identifierOf(stats: PublisherStats, width: number): string {
  for (const { stats: entry } of stats) {
    if (entry.case === "mediaSource" && entry.value.video?.width === width) {
      return entry.value.source?.trackIdentifier ?? "";
    }
  }
  throw new Error(`no video source is ${width} pixels wide`);
}
