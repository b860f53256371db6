import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { Arrival } from "./arrival.ts";

/** Maximum length of the audio kept before the first frame, in microseconds, and its bounds. */
const longest = 1_000_000;
const mostSamples = 1024;
const mostBytes = 4 * 1024 * 1024;

/** The newest audio before the first frame. Its end may belong to the recording, which starts with the first frame. */
export class EarlyAudio {
  readonly #arrivals: Arrival<AudioSample & Disposable>[] = [];
  #bytes = 0;

  /** Adds a sample, and disposes those that exceed a bound. */
  add(arrival: Arrival<AudioSample & Disposable>): void {
    const { timestamp, data } = arrival.sample;
    this.#arrivals.push(arrival);
    this.#bytes += data.byteLength;
    while (this.#arrivals.length > 1 && this.#isTooMuch(timestamp)) {
      const sample = this.#arrivals.shift()?.sample;
      this.#bytes -= sample?.data.byteLength ?? 0;
      sample?.[Symbol.dispose]?.();
    }
  }

  /** Removes and yields the samples, in order of arrival. */
  *takeAll(): Generator<Arrival> {
    this.#bytes = 0;
    for (let next = this.#arrivals.shift(); next; next = this.#arrivals.shift()) yield next;
  }

  #isTooMuch(newest: number): boolean {
    const isFull = this.#arrivals.length > mostSamples || this.#bytes > mostBytes;
    return isFull || (this.#arrivals[0]?.sample.timestamp ?? newest) < newest - longest;
  }
}
