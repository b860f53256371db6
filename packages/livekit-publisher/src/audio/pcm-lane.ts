import { outputChannels, outputRate } from "./audio-format.ts";

/** Maximum duration of the audio that waits before the newest sample, in seconds. */
const maxWaitingTime = 0.5;

/** Maximum duration of one sample, in seconds. The start of a longer sample is dropped. */
export const maxSampleTime = 2;

/** Time within which the lane must be empty once, in ms. Otherwise the audio that always waited is dropped. */
export const lastingDelayTime = 2_000;

/** Audio leaves the lane in blocks of 10 ms, because the library's queue plays only whole blocks of 10 ms. */
const blockFrames: number = outputRate / 100;
const maxReadFrames: number = 2 * blockFrames;
const maxWaitingFrames: number = maxWaitingTime * outputRate;
const maxWriteFrames: number = maxSampleTime * outputRate;

/**
 * A bounded queue of 16-bit stereo at 48 kHz, without a clock or timers of its own. The oldest audio is dropped when a bound
 * is exceeded, and when the queue was never empty for {@link lastingDelayTime}: a burst would otherwise delay all later
 * audio.
 */
export class PcmLane {
  /** Number of waiting audio frames. */
  frames = 0;
  /** Number of audio frames that were dropped so far. */
  droppedFrames = 0;
  readonly #ring = new Int16Array((maxWaitingFrames + maxWriteFrames) * outputChannels);
  /** Index of the oldest value in the ring. */
  #first = 0;
  /** Minimum number of frames that were waiting before a write, since {@link #leastSince}. */
  #least = Number.POSITIVE_INFINITY;
  #leastSince = Number.NEGATIVE_INFINITY;

  /** Adds a copy of the audio. `now` is the time of a monotonic clock in ms. */
  write(pcm: Int16Array, now: number): void {
    this.#dropLastingDelay(now);
    this.#drop(this.frames - maxWaitingFrames);
    const excess = Math.max(0, pcm.length / outputChannels - maxWriteFrames);
    this.droppedFrames += excess;
    const values = pcm.subarray(excess * outputChannels);
    const end = (this.#first + this.frames * outputChannels) % this.#ring.length;
    const head = values.subarray(0, this.#ring.length - end);
    this.#ring.set(head, end);
    this.#ring.set(values.subarray(head.length), 0);
    this.frames += values.length / outputChannels;
  }

  /**
   * Removes and returns the oldest audio, 10 or 20 ms in a buffer of its own; `undefined` if less than 10 ms is waiting.
   */
  read(): Int16Array | undefined {
    const frames = Math.min(this.frames - (this.frames % blockFrames), maxReadFrames);
    if (frames === 0) return undefined;
    const pcm = new Int16Array(frames * outputChannels);
    const head = this.#ring.subarray(this.#first, this.#first + pcm.length);
    pcm.set(head);
    pcm.set(this.#ring.subarray(0, pcm.length - head.length), head.length);
    this.#skip(frames);
    return pcm;
  }

  /** Drops the audio that was always waiting during the last {@link lastingDelayTime}. */
  #dropLastingDelay(now: number): void {
    this.#least = Math.min(this.#least, this.frames);
    if (now - this.#leastSince < lastingDelayTime) return;
    if (Number.isFinite(this.#leastSince)) this.#drop(this.#least - (this.#least % blockFrames));
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastSince = now;
  }

  #drop(frames: number): void {
    if (frames <= 0) return;
    this.#skip(frames);
    this.droppedFrames += frames;
  }

  #skip(frames: number): void {
    this.#first = (this.#first + frames * outputChannels) % this.#ring.length;
    this.frames -= frames;
  }
}
