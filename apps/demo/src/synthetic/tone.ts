const frequency = 440;
/**
 * Period of the movement between the channels, in seconds. Contains whole periods of the tone, so that the tone repeats
 * without a jump.
 */
const swell = 4;
/** -20 dB relative to full scale. */
const amplitude = 0.1;

/** A continuous 440 Hz tone that moves between the channels. */
export class Tone {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  #frame = 0;

  constructor(sampleRate = 48_000, numberOfChannels = 2) {
    this.sampleRate = sampleRate;
    this.numberOfChannels = numberOfChannels;
  }

  /** Returns the next audio frames in a new buffer, as interleaved 16-bit little-endian integers. */
  next(numberOfFrames: number): Uint8Array {
    const data = new Uint8Array(numberOfFrames * this.numberOfChannels * 2);
    const view = new DataView(data.buffer);
    let offset = 0;
    for (let frame = 0; frame < numberOfFrames; frame++) {
      const seconds = this.#frame / this.sampleRate;
      const wave = Math.sin(2 * Math.PI * frequency * seconds);
      for (let channel = 0; channel < this.numberOfChannels; channel++) {
        const side = Math.sin(2 * Math.PI * (seconds / swell + channel / 4));
        view.setInt16(offset, Math.round(32_767 * amplitude * wave * (0.8 + 0.2 * side)), true);
        offset += 2;
      }
      this.#frame = (this.#frame + 1) % (swell * this.sampleRate);
    }
    return data;
  }
}
