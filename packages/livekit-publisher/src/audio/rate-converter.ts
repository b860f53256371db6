import { AudioFrame, AudioResampler } from "@livekit/rtc-node";
import { outputChannels, outputRate } from "./audio-format.ts";

/**
 * Converts interleaved 16-bit stereo of changing rates to 48 kHz. Audio that already has this rate passes unchanged.
 *
 * The quality is the library's default, MEDIUM, which is flat up to 20 kHz at 44.1 kHz. It holds back 2 to 21 ms at this
 * rate, and 14 to 94 ms at 8 kHz. LOW holds back 0.5 ms at 44.1 kHz, but attenuates frequencies above 16 kHz.
 */
export class RateConverter {
  #rate = outputRate;
  #resampler: AudioResampler | undefined;

  /**
   * Returns the converted audio that is ready. After a change of the rate, the audio that was held back comes first.
   * Throws if the library refuses the rate or the data. The next call then opens another resampler.
   * @param pcm Must have a buffer of its own, because the library ignores `byteOffset`.
   */
  convert(pcm: Int16Array, rate: number): Int16Array[] {
    const rest = rate === this.#rate ? [] : this.#change(rate);
    if (!this.#resampler) return [...rest, pcm];
    try {
      const frame = new AudioFrame(pcm, rate, outputChannels, pcm.length / outputChannels);
      return [...rest, ...dataOf(this.#resampler.push(frame))];
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Releases the native resampler and the audio it holds back. */
  close(): void {
    this.#resampler?.close();
    this.#resampler = undefined;
    this.#rate = outputRate;
  }

  /** Replaces the resampler. Returns the audio that the previous one held back. */
  #change(rate: number): Int16Array[] {
    try {
      return this.#resampler ? dataOf(this.#resampler.flush()) : [];
    } finally {
      this.close();
      if (rate !== outputRate) this.#resampler = new AudioResampler(rate, outputRate, outputChannels);
      this.#rate = rate;
    }
  }
}

function dataOf(frames: readonly AudioFrame[]): Int16Array[] {
  return frames.map(({ data, samplesPerChannel }) => data.subarray(0, samplesPerChannel * outputChannels));
}
