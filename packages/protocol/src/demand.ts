/** How pictures are wanted. */
export type VideoDemand = Readonly<Record<string, never>>;

/** How sound is wanted. */
export type AudioDemand = Readonly<Record<string, never>>;

/** What a receiver wants; `null` means none of it. */
export interface Demand {
  readonly video: VideoDemand | null;
  readonly audio: AudioDemand | null;
}

/** What a receiver wants that says nothing else: pictures, no sound. */
export const defaultDemand: Demand = { video: {}, audio: null };
