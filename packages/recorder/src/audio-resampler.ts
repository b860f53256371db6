import { kernelPhases, type ResamplingKernel, resamplingKernel } from "./resampling-kernel.ts";

/**
 * Converts interleaved stereo floats from one rate to another. Consecutive blocks are joined without a click. While the
 * rates are equal and the audio is not stretched, values pass unchanged.
 */
export class AudioResampler {
  readonly inputRate: number;
  readonly #outputRate: number;
  #kernel: ResamplingKernel | undefined;
  /** Input frames that are still needed. */
  #input = new Float32Array();
  /** Position of the next output frame in {@link #input}, in frames. */
  #position = 0;

  constructor(inputRate: number, outputRate: number) {
    this.inputRate = inputRate;
    this.#outputRate = outputRate;
  }

  /** Duration of the input that the next block or {@link flush} makes available, in microseconds. */
  get heldBack(): number {
    return ((this.#input.length / 2 - this.#position) / this.inputRate) * 1_000_000;
  }

  /**
   * Returns the output that is ready, which may share the memory of `block`. Without stretching and at equal rates, that
   * is all of it. Otherwise, the end of the block is held back.
   * @param stretch Duration of the output relative to the input, minus 1.
   */
  push(block: Float32Array, stretch = 0): Float32Array {
    if (block.length === 0) return block;
    const isUnchanged = this.inputRate === this.#outputRate && stretch === 0;
    if (isUnchanged && this.heldBack === 0) {
      this.#remember(block);
      return block;
    }
    this.#append(block);
    return this.#convert(this.inputRate / (this.#outputRate * (1 + stretch)));
  }

  /** Returns the output that was held back. The next block starts new audio. */
  flush(): Float32Array {
    const { length } = this.#input;
    const end = length / 2;
    if (this.#position >= end) {
      this.#input = new Float32Array();
      this.#position = 0;
      return this.#input;
    }
    const { halfLength } = this.#requireKernel();
    this.#append(repeated(this.#input.subarray(length - 2), halfLength));
    const rest = this.#convert(this.inputRate / this.#outputRate, end);
    this.#input = new Float32Array();
    this.#position = 0;
    return rest;
  }

  /** Keeps the end of a block that passed unchanged, because a later block may have to be interpolated. */
  #remember(block: Float32Array): void {
    const values = this.#requireKernel().halfLength * 4;
    this.#append(block.subarray(Math.max(0, block.length - values)));
    this.#input = this.#input.slice(Math.max(0, this.#input.length - values));
    this.#position = this.#input.length / 2;
  }

  #append(block: Float32Array): void {
    if (this.#input.length === 0) {
      const { halfLength } = this.#requireKernel();
      // The first value is repeated before the audio, because silence there would be a step.
      this.#input = repeated(block.subarray(0, 2), halfLength);
      this.#position = halfLength;
    }
    this.#input = joined(this.#input, block);
  }

  /** Returns the output for the positions that have enough input on both sides, and are before `end`. */
  #convert(step: number, end = Number.POSITIVE_INFINITY): Float32Array {
    const { halfLength, weights } = this.#requireKernel();
    const input = this.#input;
    const taps = 2 * halfLength;
    const limit = Math.min(end, input.length / 2 - halfLength);
    const frames = Math.max(0, Math.ceil((limit - this.#position) / step));
    const output = new Float32Array(frames * 2);
    for (let frame = 0; frame < frames; frame++) {
      const position = this.#position + frame * step;
      const before = Math.floor(position);
      const phase = (position - before) * kernelPhases;
      const row = Math.floor(phase);
      const share = phase - row;
      let weight = row * taps;
      let from = (before - halfLength + 1) * 2;
      let left = 0;
      let right = 0;
      for (let tap = 0; tap < taps; tap++, weight++, from += 2) {
        const low = weights[weight] ?? 0;
        const value = low + ((weights[weight + taps] ?? 0) - low) * share;
        left += value * (input[from] ?? 0);
        right += value * (input[from + 1] ?? 0);
      }
      output[2 * frame] = left;
      output[2 * frame + 1] = right;
    }
    const next = this.#position + frames * step;
    const unused = Math.max(0, Math.floor(next) - halfLength);
    this.#input = input.slice(unused * 2);
    this.#position = next - unused;
    return output;
  }

  #requireKernel(): ResamplingKernel {
    this.#kernel ??= resamplingKernel(this.inputRate, this.#outputRate);
    return this.#kernel;
  }
}

function joined(first: Float32Array, second: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function repeated(frame: Float32Array, times: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: times * 2 }, (_, index) => frame[index % 2] ?? 0);
}
