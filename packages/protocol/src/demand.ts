import { isDeepStrictEqual } from "node:util";

/** The video settings of a demand. */
export interface VideoDemand {
  /**
   * Maximum video frames per second. Up to 1 % more may arrive. Frames are evenly spaced, and each is the newest one when
   * it is sent. Ignored with `delivery: "all"`.
   */
  readonly maxFps?: number;
  /** Maximum width in pixels. Larger frames are scaled down before they are encoded and keep their aspect ratio. */
  readonly maxWidth?: number;
  /** Maximum height in pixels, see {@link maxWidth}. */
  readonly maxHeight?: number;
  /** The encodings that the uploader may use, such as `"jpeg"`; raw pixels are always allowed. Default: any encoding. */
  readonly encodings?: readonly string[];
  /** Quality of lossy encodings, an integer from 1 to 100. Default: the setting of the uploader's codec. */
  readonly quality?: number;
  /** `"latest"` (default) sends the newest frame whenever the consumer is ready. `"all"` sends every frame, in order. */
  readonly delivery?: "latest" | "all";
}

/** The audio settings of a demand: an empty object. */
export type AudioDemand = Readonly<Record<string, never>>;

/** What a receiver wants. `null` turns a lane off. */
export interface Demand {
  /** Settings of the video, or `null` for no video. */
  readonly video: VideoDemand | null;
  /** An empty object for audio, or `null` for none. */
  readonly audio: AudioDemand | null;
}

/** The default demand of a receiver: video with default settings, and no audio. */
export const defaultDemand: Demand = { video: {}, audio: null };

/**
 * Returns whether frames look different under the new demand, so that the newest frame must be sent again. Always `false`
 * with `delivery: "all"`, because a change then applies only to frames that are sent later.
 */
export function changesAppearance(before: VideoDemand, demand: VideoDemand): boolean {
  if (demand.delivery === "all") return false;
  const looks = [before, demand].map(({ maxFps, ...look }) => look);
  return !isDeepStrictEqual(looks[0], looks[1]);
}

/** Returns what several consumers of one source want together: audio if one of them wants it, and {@link combineVideoDemands}. */
export function combineDemands(demands: readonly Demand[]): Demand {
  return {
    video: combineVideoDemands(demands.map(({ video }) => video)),
    audio: demands.some(({ audio }) => audio !== null) ? {} : null,
  };
}

/**
 * Returns what several consumers of one source want of its video together. Returns `null` if no consumer wants video.
 *
 * A limit of size, rate or quality applies only if all consumers have it, and is then the largest one. So one consumer
 * without a quality gives all consumers the quality of the uploader's codec. `encodings` are those that all consumers
 * accept, in the order of the first list; if there are none, the list is empty and only raw pixels are allowed. `delivery`
 * is `"all"` if one consumer needs every frame.
 */
export function combineVideoDemands(demands: readonly (VideoDemand | null)[]): VideoDemand | null {
  const wanted = demands.filter((demand) => demand !== null);
  if (wanted.length === 0) return null;
  const largest = (name: "maxFps" | "maxWidth" | "maxHeight" | "quality") => {
    const limits = wanted.map((demand) => demand[name]);
    const known = limits.filter((limit) => limit !== undefined);
    return known.length === limits.length ? { [name]: Math.max(...known) } : {};
  };
  const lists = wanted.map(({ encodings }) => encodings).filter((list) => list !== undefined);
  const [first, ...others] = lists;
  const encodings = first?.filter((name) => others.every((list) => list.includes(name)));
  return {
    ...largest("maxFps"),
    ...largest("maxWidth"),
    ...largest("maxHeight"),
    ...largest("quality"),
    ...(encodings && { encodings }),
    ...(wanted.some(({ delivery }) => delivery === "all") && { delivery: "all" as const }),
  };
}
