/** Time constant of the low-pass filter that removes jitter from the deviations, in microseconds. */
const smoothing = 2_000_000;

/**
 * Time in which the correction reduces a deviation to about a third, in microseconds. It is much longer than `smoothing`, so
 * that the correction cannot oscillate.
 */
const correctionTime = 10_000_000;

/** Deviation that is not corrected, in microseconds. Exact timestamps deviate by their rounding only. */
const ignored = 1_000;

/** Maximum change of the duration: 0.5 %, which is a tenth of a semitone. */
const maxStretch = 0.005;

/**
 * Finds how much audio must be stretched, so that a capture device whose clock is faster or slower than its timestamps
 * stays in step. A lasting drift of 200 ppm leaves a deviation of 3 ms.
 */
export class DriftControl {
  #deviation = 0;

  /**
   * Takes how many microseconds the timestamp of a block is ahead of the end of the track. Returns the stretch of this
   * block: duration of the output relative to the input, minus 1.
   * @param duration Duration of the block in microseconds.
   */
  update(deviation: number, duration: number): number {
    this.#deviation += (deviation - this.#deviation) * Math.min(1, duration / smoothing);
    const excess = Math.max(0, Math.abs(this.#deviation) - ignored);
    return Math.sign(this.#deviation) * Math.min(maxStretch, excess / correctionTime);
  }

  /** Forgets all deviations, because the audio was placed at its timestamp. */
  reset(): void {
    this.#deviation = 0;
  }
}
