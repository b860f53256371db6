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
  readonly video: VideoDemand | null;
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
