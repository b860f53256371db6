/** Zero crossings of the kernel on each side, at the cutoff frequency. */
const zeroCrossings = 24;

/** Shape of the Kaiser window: about 70 dB of stopband attenuation. */
const beta = 7;

/** Cutoff (-6 dB) relative to the lower of both Nyquist frequencies. The response is flat up to 0.86, and zero from 1.04. */
const cutoff = 0.95;

/** Number of positions between two input frames for which the kernel is stored. */
export const kernelPhases = 256;

/** A windowed-sinc low-pass filter, sampled for interpolation between input frames. */
export interface ResamplingKernel {
  /** Number of input frames that are used on each side of a position. */
  readonly halfLength: number;
  /**
   * Weights of `2 * halfLength` input frames for each of `kernelPhases + 1` phases. The weights of a phase add up to 1.
   * The first weight belongs to the input frame `halfLength - 1` before the position.
   */
  readonly weights: Float32Array;
}

/**
 * Returns the kernel that converts between two rates: a sinc function with a Kaiser window, as in J. O. Smith, "Digital
 * Audio Resampling". If the output rate is lower, the kernel removes the frequencies that would alias.
 */
export function resamplingKernel(inputRate: number, outputRate: number): ResamplingKernel {
  const scale = Math.min(1, outputRate / inputRate);
  const halfLength = Math.ceil(zeroCrossings / scale);
  const taps = 2 * halfLength;
  const weights = new Float32Array((kernelPhases + 1) * taps);
  for (let phase = 0; phase <= kernelPhases; phase++) {
    const row = weights.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - (halfLength - 1) - phase / kernelPhases;
      const weight = sinc(distance * scale * cutoff) * kaiser(distance / halfLength);
      row[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] ?? 0) / sum;
  }
  return { halfLength, weights };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-10; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
