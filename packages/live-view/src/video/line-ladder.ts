/** One step of the ladder: how a frame is made smaller. */
export interface LadderStep {
  /** Share of the width and height. */
  readonly scale: number;
  /** JPEG quality; absent for the quality of the source. */
  readonly quality?: number;
  /** Expected size of a frame, compared with the first step. */
  readonly bytes: number;
}

/** Steps for lossy encodings: coarser first, then smaller. */
export const lossySteps: readonly LadderStep[] = [
  { scale: 1, bytes: 1 },
  { scale: 1, quality: 50, bytes: 0.65 },
  { scale: 1, quality: 30, bytes: 0.45 },
  { scale: 0.5, quality: 50, bytes: 0.22 },
  { scale: 0.5, quality: 30, bytes: 0.15 },
  { scale: 0.25, quality: 50, bytes: 0.08 },
  { scale: 0.25, quality: 30, bytes: 0.05 },
];

/** Steps for raw frames, which have no quality. */
export const rawSteps: readonly LadderStep[] = [
  { scale: 1, bytes: 1 },
  { scale: 0.5, bytes: 0.25 },
  { scale: 0.25, bytes: 0.0625 },
];

/** Below this rate frames become smaller. Above 5, because the rate that is measured varies. */
const leastRate = 6;
/** Expected rate with which a step is chosen, downwards and upwards. */
const aimDown = 8;
const aimUp = 12;
/**
 * Time with a frame in flight after which a measurement ends, in ms: the first with three frames or more, the second with
 * any number.
 */
const measureTime = 500;
const longestMeasurement = 1_500;
/** Shortest and longest wait before frames become larger again, in ms. */
const shortestHold = 3_000;
const longestHold = 60_000;

/** Longest time that a frame in better quality may take while the source stands still, in ms. */
const stillFrameTime = 1_500;

/** A frame that was passed to a viewer's socket. */
export interface SentFrame {
  readonly sequence: number;
  readonly bytes: number;
  readonly step: LadderStep;
  /** Time at which the viewer was ready for the frame. */
  readonly requestedAt: number;
  readonly sentAt: number;
}

/**
 * Measures how fast a viewer takes frames, and chooses how small the frames must be for at least five a second. Pure; all
 * times are in ms. Only time with a frame in flight counts, so a source that stands still changes nothing.
 */
export class LineLadder {
  readonly #steps: readonly LadderStep[];
  readonly #inFlight: SentFrame[] = [];
  #index = 0;
  /** Frames up to this one were sent at an earlier step. */
  #ignored = 0;
  #frames = 0;
  #bytes = 0;
  /** Time with a frame in flight, without and with the time that encoding took. */
  #busy = 0;
  #cycle = 0;
  #acknowledgedAt = Number.NEGATIVE_INFINITY;
  #wasLow = false;
  #changedAt = 0;
  #hold = shortestHold;
  /** The step and the rate before frames became smaller, until the effect is known. */
  #before: { readonly index: number; readonly cycleRate: number } | undefined;
  /** Frames do not become smaller before this time, because smaller frames did not help. */
  #lockedUntil = Number.NEGATIVE_INFINITY;
  #bytesPerSecond: number | undefined;
  #lastBytes = 0;
  #lastStep: LadderStep;

  constructor(steps: readonly LadderStep[]) {
    this.#steps = steps;
    this.#lastStep = this.step;
  }

  get index(): number {
    return this.#index;
  }

  get step(): LadderStep {
    return this.#steps[this.#index] as LadderStep;
  }

  /**
   * The best step at which a single frame takes at most {@link stillFrameTime}; `undefined` if the current step is the
   * best one.
   */
  get betterStep(): LadderStep | undefined {
    if (this.#index === 0 || !this.#bytesPerSecond) return undefined;
    const mostBytes = (this.#bytesPerSecond * stillFrameTime) / 1_000;
    const fits = (step: LadderStep) => (this.#lastBytes * step.bytes) / this.#lastStep.bytes <= mostBytes;
    const better = this.#steps.findIndex(fits);
    return better >= 0 && better < this.#steps.indexOf(this.#lastStep) ? this.#steps[better] : undefined;
  }

  sent(frame: SentFrame): void {
    this.#lastBytes = frame.bytes;
    this.#lastStep = frame.step;
    // A frame of another step says nothing about this one.
    if (frame.step === this.step) this.#inFlight.push(frame);
  }

  /** Records that the viewer has shown all frames up to this one. Returns whether the step has changed. */
  acknowledged(through: number, now: number): boolean {
    while (this.#inFlight[0] && this.#inFlight[0].sequence <= through) {
      const frame = this.#inFlight.shift() as SentFrame;
      const timeSince = (start: number) => Math.max(0, now - Math.max(start, this.#acknowledgedAt));
      if (frame.sequence > this.#ignored) {
        this.#busy += timeSince(frame.sentAt);
        this.#cycle += timeSince(frame.requestedAt);
        this.#frames++;
        this.#bytes += frame.bytes;
      }
      this.#acknowledgedAt = now;
    }
    const isSlow = this.#busy >= longestMeasurement;
    const isMeasured = this.#busy >= measureTime && this.#frames >= 3;
    if (!isSlow && !isMeasured && this.#frames < 10) return false;
    const rate = (this.#frames * 1_000) / Math.max(this.#busy, 1);
    this.#bytesPerSecond = (this.#bytes * 1_000) / Math.max(this.#busy, 1);
    const cycleRate = (this.#frames * 1_000) / Math.max(this.#cycle, 1);
    this.#restart();
    // A single low rate may be an accident, such as a busy moment at the start, unless the frame took very long.
    const isConfirmed = this.#wasLow || isSlow;
    this.#wasLow = rate < leastRate;
    if (this.#wasLow && !isConfirmed) return false;
    const next = this.#choose(rate, cycleRate, now);
    if (next === this.#index) return false;
    this.#index = next;
    this.#changedAt = now;
    this.#ignored = this.#inFlight.at(-1)?.sequence ?? through;
    return true;
  }

  /** Forgets the frames in flight and the current measurement, because the viewer shows no frames for a while. */
  pause(): void {
    this.#inFlight.length = 0;
    this.#restart();
  }

  /** Returns to the first step for good, because the smaller frames cannot be made. */
  disable(): void {
    this.#index = 0;
    this.#lockedUntil = Number.POSITIVE_INFINITY;
  }

  #choose(rate: number, cycleRate: number, now: number): number {
    const before = this.#before;
    this.#before = undefined;
    // If smaller frames do not arrive faster, size is not the cause, but latency or a busy processor.
    if (before && cycleRate < before.cycleRate * this.#leastGain(before.index)) {
      this.#lockedUntil = now + longestHold;
      return before.index;
    }
    if (rate < leastRate) return this.#lower(rate, cycleRate, now);
    if (now - this.#changedAt < this.#hold) return this.#index;
    const larger = this.#steps.findIndex((step) => this.#expected(rate, step) >= aimUp);
    if (larger < 0 || larger >= this.#index) return this.#index;
    return larger;
  }

  #lower(rate: number, cycleRate: number, now: number): number {
    const last = this.#steps.length - 1;
    if (this.#index === last || now < this.#lockedUntil) return this.#index;
    // Frames that became larger too early stay small for longer next time.
    const isRecent = this.#changedAt > 0 && now - this.#changedAt < 10_000;
    this.#hold = isRecent ? Math.min(this.#hold * 2, longestHold) : shortestHold;
    this.#before = { index: this.#index, cycleRate };
    const enough = this.#steps.findIndex(
      (step, index) => index > this.#index && this.#expected(rate, step) >= aimDown,
    );
    return enough < 0 ? last : enough;
  }

  /** By how much the rate must have risen for the smaller frames to be worth it. */
  #leastGain(before: number): number {
    const ratio = (this.#steps[before]?.bytes ?? 1) / this.step.bytes;
    return Math.min(2, 1 + (ratio - 1) * 0.4);
  }

  #expected(rate: number, step: LadderStep): number {
    return (rate * this.step.bytes) / step.bytes;
  }

  #restart(): void {
    this.#frames = 0;
    this.#bytes = 0;
    this.#busy = 0;
    this.#cycle = 0;
  }
}
