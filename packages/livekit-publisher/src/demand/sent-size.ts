import type { OutboundLayer } from "./observe-outbound.ts";
import { ProbeBackoff } from "./probe-backoff.ts";

/** The size of video frames in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** Time for which frames must be sent smaller, or without a limitation, before the size changes, in ms. */
const window = 3_000;
/** Time until the full size is tried again, in ms. */
const probeDelay = 10_000;
/** Sent frames count as smaller below this share of the captured size. Alignment removes less than the rest. */
const smallerShare = 0.9;

/**
 * Finds the frame size that the library really sends.
 *
 * If the library scales frames down, they are captured at that size. There is no headroom: the library has a budget of
 * pixels and reduces a larger frame by fixed fractions, so frames a bit over the budget are sent much smaller. From time to
 * time the limit is removed to see whether the library still scales down. If it does, viewers see about the same size as
 * before.
 */
export class SentSize {
  #limit: FrameSize | undefined;
  #backoff = new ProbeBackoff(probeDelay);
  #captured: FrameSize = { width: 0, height: 0 };
  #smallerSince: number | undefined;
  #unlimitedSince: number | undefined;

  /** Returns the size to demand; `undefined` removes the limit. `now` is in ms. */
  observe(layer: OutboundLayer, captured: FrameSize, now: number): FrameSize | undefined {
    if (captured.width !== this.#captured.width || captured.height !== this.#captured.height) {
      this.#captured = { width: captured.width, height: captured.height };
      this.#restart();
    }
    const scale = scaleOf(layer, captured);
    if (scale === undefined) return this.#limit;
    const isSmaller = scale < smallerShare;
    this.#smallerSince = isSmaller ? (this.#smallerSince ?? now) : undefined;
    this.#unlimitedSince = layer.limitation === "none" ? (this.#unlimitedSince ?? now) : undefined;
    if (isSmaller) {
      if (hasPassed(this.#smallerSince, now)) this.#lower(scale, captured, now);
    } else if (this.#limit && (this.#backoff.allows(now) || hasPassed(this.#unlimitedSince, now))) {
      this.#limit = undefined;
      this.#backoff.raise(now);
      this.#restart();
    }
    return this.#limit;
  }

  /** Removes the limit. Call this when nobody receives the video. */
  reset(): void {
    this.#limit = undefined;
    this.#backoff = new ProbeBackoff(probeDelay);
    this.#restart();
  }

  #lower(scale: number, captured: FrameSize, now: number): void {
    this.#limit = {
      width: Math.max(2, Math.round(captured.width * scale)),
      height: Math.max(2, Math.round(captured.height * scale)),
    };
    this.#backoff.lower(now);
    this.#restart();
  }

  #restart(): void {
    this.#smallerSince = undefined;
    this.#unlimitedSince = undefined;
  }
}

/** Returns the size of the sent frames as a share of the captured ones; `undefined` if a size is unknown. */
function scaleOf(sent: FrameSize, captured: FrameSize): number | undefined {
  if (!sent.width || !sent.height || !captured.width || !captured.height) return undefined;
  // The library may send rotated frames upright.
  const isTurned = sent.width > sent.height !== captured.width > captured.height;
  const [width, height] = isTurned ? [sent.height, sent.width] : [sent.width, sent.height];
  return Math.max(width / captured.width, height / captured.height);
}

function hasPassed(since: number | undefined, now: number): boolean {
  return since !== undefined && now - since >= window;
}
