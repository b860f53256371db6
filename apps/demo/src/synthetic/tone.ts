const frequency = 440;
/** Seconds of one swell: a whole number of periods of the tone, so that both begin together. */
const swell = 4;
/** About -20 dB of full scale. */
const amplitude = 0.1;

/** A soft tone of 440 Hz that moves between the channels, continuous across calls. */
export class Tone {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  #frame = 0;

  constructor(sampleRate = 48_000, numberOfChannels = 2) {
    this.sampleRate = sampleRate;
    this.numberOfChannels = numberOfChannels;
  }

  /** The next audio frames as interleaved 16-bit little-endian integers, in a buffer of their own. */
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
