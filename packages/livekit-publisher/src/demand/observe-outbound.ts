import type { Room } from "@livekit/rtc-node";

/** The publisher's half of what `Room.getRtcStats()` resolves to. */
export type PublisherStats = Awaited<ReturnType<Room["getRtcStats"]>>["publisherStats"];

/** Why the library lowers the size or rate of a layer. `"none"` even if the encoder drops frames. */
export type Limitation = "none" | "cpu" | "bandwidth" | "other";

/** One encoding of a video track: a simulcast layer, or the only one. All spatial layers of SVC are one encoding. */
export interface OutboundLayer {
  /** Name of the simulcast layer: `"f"`, `"h"` or `"q"`. Empty without simulcast. */
  readonly rid: string;
  /** Whether the layer is encoded. With dynacast, the server pauses layers that nobody receives. */
  readonly isActive: boolean;
  /** Size of the last encoded frame in pixels. 0 before the first frame and some seconds after the last one. */
  readonly width: number;
  readonly height: number;
  /** Frames encoded in the last second. */
  readonly fps: number;
  /** Frames encoded since the connection was established. With SVC, each spatial layer counts as a frame. */
  readonly framesEncoded: number;
  readonly limitation: Limitation;
}

/** What the library does with one published video track. */
export interface OutboundVideo {
  readonly layers: readonly OutboundLayer[];
  /** Size of the captured frames in pixels, before the library scales them. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** Frames passed to the encoder, which may still drop them. Restarts at 0 with a new connection. */
  readonly sourceFrames: number;
  /** Frames passed to the encoder in the last second. */
  readonly sourceFps: number;
}

/** In the order of the library's `QualityLimitationReason`. */
const limitations: readonly Limitation[] = ["none", "cpu", "bandwidth", "other"];

/** Returns a track's statistics. Returns `undefined` if they are missing or incomplete, as before the first negotiation. */
export function observeOutbound(stats: PublisherStats, trackIdentifier: string): OutboundVideo | undefined {
  const media = videoSources(stats).find(({ source }) => source?.trackIdentifier === trackIdentifier);
  const id = media?.rtc?.id;
  const layers = stats.flatMap((entry) => {
    if (entry?.stats?.case !== "outboundRtp") return [];
    const { outbound } = entry.stats.value ?? {};
    if (!id || outbound?.mediaSourceId !== id || typeof outbound.active !== "boolean") return [];
    const layer: OutboundLayer = {
      rid: outbound.rid ?? "",
      isActive: outbound.active,
      width: numberOf(outbound.frameWidth),
      height: numberOf(outbound.frameHeight),
      fps: numberOf(outbound.framesPerSecond),
      framesEncoded: numberOf(outbound.framesEncoded),
      limitation: limitations[outbound.qualityLimitationReason ?? 0] ?? "other",
    };
    return [layer];
  });
  if (layers.length === 0) return undefined;
  return {
    layers,
    sourceWidth: numberOf(media?.video?.width),
    sourceHeight: numberOf(media?.video?.height),
    sourceFrames: numberOf(media?.video?.frames),
    sourceFps: numberOf(media?.video?.framesPerSecond),
  };
}

/**
 * Returns the identifiers of the published video tracks.
 *
 * The library gives each track a random identifier and exposes it only in the statistics. So read the identifiers before a
 * track is published, and pass them to {@link findTrackIdentifier} afterwards. A reconnection changes the track's sid, but
 * not its identifier.
 */
export function videoTrackIdentifiers(stats: PublisherStats): Set<string> {
  return new Set(videoSources(stats).flatMap(({ source }) => source?.trackIdentifier || []));
}

/**
 * Returns the identifier of the video track that was published since `before`, which {@link videoTrackIdentifiers} returned.
 * If several tracks were published, it is the one whose frames have the size of the `captured` frames. Returns `undefined`
 * if there is no such track yet, or more than one.
 */
export function findTrackIdentifier(
  stats: PublisherStats,
  before: ReadonlySet<string>,
  captured: { readonly width: number; readonly height: number },
): string | undefined {
  const added = videoSources(stats).filter(({ source }) => !before.has(source?.trackIdentifier ?? ""));
  const sameSize = added.filter(
    ({ video }) => video?.width === captured.width && video?.height === captured.height,
  );
  const found = added.length > 1 ? sameSize : added;
  return found.length === 1 ? found[0]?.source?.trackIdentifier || undefined : undefined;
}

function videoSources(stats: PublisherStats) {
  return stats.flatMap((entry) => {
    if (entry?.stats?.case !== "mediaSource") return [];
    const media = entry.stats.value;
    return media?.source?.kind === "video" ? [media] : [];
  });
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
