import type { OutboundVideo } from "./observe-outbound.ts";
import { ProbeBackoff } from "./probe-backoff.ts";
import { type FrameRates, RateWindow } from "./rate-window.ts";

/** Time over which rates are averaged, in ms. */
const windowLength = 3_000;
/** Minimum number of frames in a window, at the demanded rate. */
const windowFrames = 10;
/** Time until the statistics show a new rate, in ms. */
const settling = 3_000;
/** Time until the maximum is tried even if frames are dropped, in ms. */
const attemptDelay = 20_000;
const headroom = 1.2;
/** Minimum headroom in frames per second. At very low rates, encoders drop some of the frames at any rate. */
const leastHeadroom = 2;
const growth = 1.5;
/**
 * The rate is lowered if less than this share of the captured frames is sent. Must be less than `1 / headroom`, the share
 * that is sent right after the rate was lowered.
 */
const fewShare = 0.7;
/** The rate is raised if at least this share of the captured frames is sent. */
const allShare = 0.95;
/** The rate is raised only if the source delivers at least this share of the demanded rate. */
const usedShare = 0.75;

/**
 * Finds the frame rate that the library really sends.
 *
 * If clearly fewer frames are sent than captured, because the encoder is too slow or the bandwidth too small, the rate
 * falls to what is sent plus some headroom. If nearly all frames are sent, the rate is raised step by step. From time to
 * time the maximum is tried: an encoder that drops frames at a low rate may take more of them at a high one.
 */
export class SentRate {
  readonly #maxFps: number;
  readonly #window = new RateWindow();
  #fps: number;
  #steps = new ProbeBackoff(windowLength);
  #attempts = new ProbeBackoff(attemptDelay);
  /** Names of the active layers. */
  #layers: string | undefined;
  #settlesAt = 0;

  constructor(maxFps: number) {
    this.#maxFps = maxFps;
    this.#fps = maxFps;
  }

  /**
   * Returns the rate to demand: at least 2 frames per second, unless the maximum is smaller. `capturedFrames` counts the
   * frames that were handed to the library. `now` is in ms.
   */
  observe(video: OutboundVideo, capturedFrames: number, now: number): number {
    const active = video.layers.filter(({ isActive }) => isActive);
    const layers = active
      .map(({ rid }) => rid)
      .sort()
      .join();
    // Each layer has a rate of its own, so the rate that was found for other layers does not apply.
    if (layers !== this.#layers) this.#reset(layers, now);
    if (now < this.#settlesAt) {
      this.#window.restart(video, capturedFrames, now);
      return this.#fps;
    }
    const length = Math.max(windowLength, (windowFrames * 1_000) / this.#fps);
    const rates = this.#window.observe(video, capturedFrames, length, now);
    if (rates) this.#adapt(rates, now);
    return this.#fps;
  }

  #adapt({ captured, sent }: FrameRates, now: number): void {
    const needed = Math.ceil(Math.max(sent * headroom, sent + leastHeadroom));
    const isFew = sent < captured * fewShare && captured - sent > 1;
    if (isFew && needed < this.#fps) this.#lower(needed, now);
    else if (this.#fps >= this.#maxFps) return;
    else if (this.#attempts.allows(now)) this.#raise(this.#maxFps, this.#attempts, now);
    else if (captured < this.#fps * usedShare || sent < captured * allShare) return;
    else if (this.#steps.allows(now)) this.#raise(Math.ceil(this.#fps * growth), this.#steps, now);
  }

  #lower(fps: number, now: number): void {
    this.#fps = fps;
    this.#settlesAt = now + settling;
    this.#steps.lower(now);
    this.#attempts.lower(now);
  }

  #raise(fps: number, backoff: ProbeBackoff, now: number): void {
    this.#fps = Math.min(fps, this.#maxFps);
    this.#settlesAt = now + settling;
    backoff.raise(now);
  }

  #reset(layers: string, now: number): void {
    this.#layers = layers;
    this.#fps = this.#maxFps;
    this.#settlesAt = now + settling;
    this.#steps = new ProbeBackoff(windowLength);
    this.#attempts = new ProbeBackoff(attemptDelay);
  }
}
