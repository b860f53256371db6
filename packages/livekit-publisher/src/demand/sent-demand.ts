import { isDeepStrictEqual } from "node:util";
import type { VideoDemand } from "@broadcast-ipc/protocol";
import { Audience, type AudienceObservation } from "./audience.ts";
import { SentRate } from "./sent-rate.ts";
import { type FrameSize, SentSize } from "./sent-size.ts";

/** Upper limits of the demand. */
export interface DemandLimits {
  readonly maxFps: number;
  readonly maxWidth?: number | undefined;
  readonly maxHeight?: number | undefined;
}

/** What is known about a published video track at one moment. */
export interface DemandObservation extends AudienceObservation {
  /** Size of the last frame that was handed to the library, and the number of frames so far. */
  readonly captured: FrameSize & { readonly frames: number };
}

/**
 * Derives the demand for a published video track from what the library sends.
 *
 * The demanded size follows the sent size only with `followsSize`, which suits a track with one encoding: its frames are
 * sent in the source's own size unless the library scales them down. With simulcast and SVC, the sizes of the layers are
 * fractions of the source's size, so a demand that followed a lower layer would become smaller and smaller.
 */
export class SentDemand {
  readonly #limits: DemandLimits;
  readonly #audience = new Audience();
  readonly #size: SentSize | undefined;
  #rate: SentRate;
  #demand: VideoDemand | null = null;

  constructor(limits: DemandLimits, { followsSize }: { readonly followsSize: boolean }) {
    this.#limits = limits;
    this.#rate = new SentRate(limits.maxFps);
    this.#size = followsSize ? new SentSize() : undefined;
  }

  /**
   * Returns the demand; `null` if nobody receives the video. Returns the same object until the demand changes. Call it about
   * twice a second. `now` is in ms.
   */
  observe(observation: DemandObservation, now: number): VideoDemand | null {
    const demand = this.#next(observation, now);
    if (!isDeepStrictEqual(demand, this.#demand)) this.#demand = demand;
    return this.#demand;
  }

  #next(observation: DemandObservation, now: number): VideoDemand | null {
    const { outbound, captured } = observation;
    if (!this.#audience.observe(observation, now)) {
      this.#rate = new SentRate(this.#limits.maxFps);
      this.#size?.reset();
      return null;
    }
    if (!outbound) return this.#demand ?? this.#demandOf(this.#limits.maxFps, undefined);
    const layer = outbound.layers.find(({ isActive }) => isActive);
    return this.#demandOf(
      this.#rate.observe(outbound, captured.frames, now),
      layer && this.#size?.observe(layer, captured, now),
    );
  }

  #demandOf(maxFps: number, size: FrameSize | undefined): VideoDemand {
    const { maxWidth, maxHeight } = this.#limits;
    const width = leastOf(maxWidth, size?.width);
    const height = leastOf(maxHeight, size?.height);
    return {
      maxFps,
      ...(width !== undefined && { maxWidth: width }),
      ...(height !== undefined && { maxHeight: height }),
    };
  }
}

function leastOf(limit: number | undefined, size: number | undefined): number | undefined {
  return limit === undefined || size === undefined ? (limit ?? size) : Math.min(limit, size);
}
