import { Fifo } from "../fifo.ts";

/**
 * The fields of an audio sample that an {@link AudioLane} reads.
 *
 * @internal
 */
export interface QueuedAudio {
  readonly numberOfFrames: number;
  /** Audio frames per second. */
  readonly sampleRate: number;
  /** The length of `data` counts toward {@link maxAudioBytes}. */
  readonly data?: Uint8Array;
}

/**
 * Maximum number of waiting samples in a lane. 500 ms of audio at 192 kHz in samples of 128 frames is 750 samples.
 *
 * @internal
 */
export const maxAudioSamples = 1024;

/**
 * Maximum number of waiting bytes in a lane. 500 ms of 32-bit audio with 32 channels at 48 kHz is 3 MiB.
 *
 * @internal
 */
export const maxAudioBytes: number = 4 * 1024 * 1024;

interface Waiting<T> {
  readonly item: T;
  readonly ms: number;
  readonly bytes: number;
}

/**
 * A bounded queue of audio samples. If the duration, the count or the bytes exceed a bound, the oldest samples are
 * dropped. Pure state machine, used by the uploader and the receiver.
 *
 * The peer chooses the durations, so a bound on duration alone is not enough: 500 ms at 768 kHz in samples of one frame
 * is 384,000 objects.
 *
 * @internal
 */
export class AudioLane<T extends QueuedAudio> {
  /** Number of waiting samples. Only this class changes it. */
  length = 0;
  readonly #maxBufferedMs: number;
  readonly #waiting = new Fifo<Waiting<T>>();
  #bufferedMs = 0;
  #bytes = 0;

  /**
   * `maxBufferedMs` bounds the duration of the waiting samples, in ms. {@link maxAudioSamples} and {@link maxAudioBytes}
   * also apply. The newest sample is kept even if that sample alone exceeds a bound.
   */
  constructor(maxBufferedMs: number) {
    this.#maxBufferedMs = maxBufferedMs;
  }

  /** Duration of the waiting samples, in ms. */
  get bufferedMs(): number {
    return this.#bufferedMs;
  }

  /** Adds a sample. Returns the oldest samples, which were dropped to meet the bounds. */
  push(item: T): T[] {
    // `byteLength` is stored here, because it becomes 0 when the buffer is transferred.
    const waiting = { item, ms: duration(item), bytes: item.data?.byteLength ?? 0 };
    this.#waiting.push(waiting);
    this.length++;
    this.#bufferedMs += waiting.ms;
    this.#bytes += waiting.bytes;
    const dropped: T[] = [];
    while (this.#isOver && this.length > 1) {
      const oldest = this.shift();
      if (oldest) dropped.push(oldest);
    }
    return dropped;
  }

  /** Removes and returns the oldest sample; `undefined` if none waits. */
  shift(): T | undefined {
    const waiting = this.#waiting.shift();
    if (!waiting) return undefined;
    this.length--;
    this.#bufferedMs = this.length === 0 ? 0 : this.#bufferedMs - waiting.ms;
    this.#bytes -= waiting.bytes;
    return waiting.item;
  }

  /** Removes and returns all waiting samples, oldest first. */
  clear(): T[] {
    this.length = 0;
    this.#bufferedMs = 0;
    this.#bytes = 0;
    return this.#waiting.clear().map(({ item }) => item);
  }

  get #isOver(): boolean {
    return (
      this.#bufferedMs > this.#maxBufferedMs || this.length > maxAudioSamples || this.#bytes > maxAudioBytes
    );
  }
}

function duration({ numberOfFrames, sampleRate }: QueuedAudio): number {
  return (numberOfFrames / sampleRate) * 1000;
}
