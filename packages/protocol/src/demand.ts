import { isDeepStrictEqual } from "node:util";

/** How pictures are wanted. */
export interface VideoDemand {
  /**
   * The most pictures a second, or 1 % more where there are more; evenly spaced, each the newest one at its time. Not with
   * `delivery: "all"`.
   */
  readonly maxFps?: number;
  /** In pixels: larger pictures are scaled down before they are encoded, their aspect kept. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
  /** The encodings that the uploader may choose from; it may always send raw pixels. By default it sends what it likes. */
  readonly encodings?: readonly string[];
  /** Of lossy encodings, a whole number from 1 to 100; by default what the uploader's codec says. */
  readonly quality?: number;
  /** Only the newest picture whenever the consumer is ready for one, which is the default, or every one of them. */
  readonly delivery?: "latest" | "all";
}

/** How sound is wanted. */
export type AudioDemand = Readonly<Record<string, never>>;

/** What a receiver wants; `null` means none of it. */
export interface Demand {
  readonly video: VideoDemand | null;
  readonly audio: AudioDemand | null;
}

/** What a receiver wants that says nothing else: pictures, no sound. */
export const defaultDemand: Demand = { video: {}, audio: null };

/** Whether the newest picture, which may be there already, would come in another way now. Those who get all get each once. */
export function changesAppearance(before: VideoDemand, demand: VideoDemand): boolean {
  if (demand.delivery === "all") return false;
  const looks = [before, demand].map(({ maxFps, ...look }) => look);
  return !isDeepStrictEqual(looks[0], looks[1]);
}
