import { isDeepStrictEqual } from "node:util";

/** How a receiver wants video. */
export interface VideoDemand {
  /**
   * The maximum number of video frames a second; up to 1 % more may arrive. They are evenly spaced, each the newest one when
   * it is sent. Ignored with `delivery: "all"`.
   */
  readonly maxFps?: number;
  /** In pixels. Larger frames are scaled down before they are encoded and keep their aspect ratio. */
  readonly maxWidth?: number;
  /** In pixels, see {@link maxWidth}. */
  readonly maxHeight?: number;
  /** The encodings that the uploader may use, such as `"jpeg"`; raw pixels are always allowed. Default: any encoding. */
  readonly encodings?: readonly string[];
  /** The quality of lossy encodings, an integer from 1 to 100. Default: the setting of the uploader's codec. */
  readonly quality?: number;
  /** `"latest"`: the newest frame whenever the consumer is ready for one. `"all"`: every frame, in order. Default `"latest"`. */
  readonly delivery?: "latest" | "all";
}

/** How a receiver wants audio. It has no settings. */
export type AudioDemand = Readonly<Record<string, never>>;

/** What a receiver wants; `null` means none of that lane. */
export interface Demand {
  readonly video: VideoDemand | null;
  readonly audio: AudioDemand | null;
}

/** The demand of a receiver whose user states none: video, no audio. */
export const defaultDemand: Demand = { video: {}, audio: null };

/** Whether the newest frame, which the receiver may already have, looks different under the new demand. With `delivery: "all"` no frame is repeated. */
export function changesAppearance(before: VideoDemand, demand: VideoDemand): boolean {
  if (demand.delivery === "all") return false;
  const looks = [before, demand].map(({ maxFps, ...look }) => look);
  return !isDeepStrictEqual(looks[0], looks[1]);
}
