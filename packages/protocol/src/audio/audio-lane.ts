import { Fifo } from "../fifo.ts";

/**
 * The fields of an audio sample that an {@link AudioLane} reads.
 *
 * @internal
 */
export interface QueuedAudio {
  readonly numberOfFrames: number;
  /** Audio frames a second. */
  readonly sampleRate: number;
  /** Counts against {@link maxAudioBytes}, if present. */
  readonly data?: Uint8Array;
}

/**
 * The maximum number of samples that wait in a lane. For comparison, 500 ms at 192 kHz in samples of 128 frames are 750.
 *
 * @internal
 */
export const maxAudioSamples = 1024;

/**
 * The maximum number of bytes that wait in a lane. For comparison, 500 ms of 32 channels of 32-bit audio at 48 kHz are 3 MiB.
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
 * A queue of audio samples, in order and bounded by duration, count and bytes. Over a bound, the oldest samples are dropped.
 * A pure state machine that both ends use.
 *
 * The peer states the durations, so a bound on duration alone is not enough: 500 ms at 768 kHz in samples of one frame
 * are 384,000 objects.
 *
 * @internal
 */
export class AudioLane<T extends QueuedAudio> {
  /** The number of waiting samples. Only this class changes it. */
  length = 0;
  readonly #maxBufferedMs: number;
  readonly #waiting = new Fifo<Waiting<T>>();
  #bufferedMs = 0;
  #bytes = 0;

  /**
   * `maxBufferedMs` is the longest duration that waits, in ms. {@link maxAudioSamples} and {@link maxAudioBytes} apply
   * as well. The newest sample stays even if it alone exceeds a bound.
   */
  constructor(maxBufferedMs: number) {
    this.#maxBufferedMs = maxBufferedMs;
  }

  /** The duration of the waiting samples, in ms. */
  get bufferedMs(): number {
    return this.#bufferedMs;
  }

  /** Adds the newest sample; returns the oldest ones, which were dropped to meet the bounds. */
  push(item: T): T[] {
    // Stored now: the length reads as 0 once the buffer has been transferred.
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

  /** Takes the oldest sample. */
  shift(): T | undefined {
    const waiting = this.#waiting.shift();
    if (!waiting) return undefined;
    this.length--;
    this.#bufferedMs = this.length === 0 ? 0 : this.#bufferedMs - waiting.ms;
    this.#bytes -= waiting.bytes;
    return waiting.item;
  }

  /** Takes all waiting samples. */
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
