/** A block of audio that follows the previous block without a gap. */
export interface AudioBlock {
  /** Microseconds since the start of the recording. */
  readonly timestamp: number;
  /** Interleaved stereo floats. Blocks of silence share their memory, which must not be changed. */
  readonly data: Uint8Array;
}

/** Bytes of an audio frame of the track: two floats. */
export const bytesPerFrame = 8;

/** Maximum duration of the audio that waits for silence before it, in seconds: 23 MB at 48 kHz. */
const maxWaiting = 60;

/**
 * The silence and audio of a track, in order. ffmpeg takes about 10 s to encode an hour of silence, so long silence is
 * taken in parts, and the audio after it waits.
 */
export class SilenceQueue {
  /** Length of the track in frames, with everything that waits. */
  length = 0;
  readonly #rate: number;
  readonly #silence: Uint8Array;
  /** Silence as its number of frames, and audio as interleaved stereo. */
  readonly #waiting: (number | Float32Array)[] = [];
  #waitingAudio = 0;
  /** Length of what was taken, in frames. */
  #taken = 0;

  constructor(rate: number) {
    this.#rate = rate;
    this.#silence = new Uint8Array(rate * bytesPerFrame);
  }

  /** Whether {@link addAudio} takes audio. */
  get isFull(): boolean {
    return this.#waitingAudio >= maxWaiting * this.#rate;
  }

  addSilence(frames: number): void {
    if (frames <= 0) return;
    const last = this.#waiting.at(-1);
    if (typeof last === "number") this.#waiting[this.#waiting.length - 1] = last + frames;
    else this.#waiting.push(frames);
    this.length += frames;
  }

  /** Adds interleaved stereo, which must not be changed afterwards. */
  addAudio(audio: Float32Array): void {
    if (audio.length === 0) return;
    this.#waiting.push(audio);
    this.#waitingAudio += audio.length / 2;
    this.length += audio.length / 2;
  }

  /** Removes and yields audio, and at most `silence` frames of silence. Each block of silence has at most one second. */
  *take(silence: number): Generator<AudioBlock> {
    let budget = silence;
    for (let item = this.#waiting[0]; item !== undefined; item = this.#waiting[0]) {
      if (typeof item !== "number") {
        this.#waiting.shift();
        this.#waitingAudio -= item.length / 2;
        yield this.#block(new Uint8Array(item.buffer, item.byteOffset, item.byteLength));
        continue;
      }
      const frames = Math.min(item, budget, this.#rate);
      if (frames === 0) return;
      budget -= frames;
      if (frames === item) this.#waiting.shift();
      else this.#waiting[0] = item - frames;
      yield this.#block(this.#silence.subarray(0, frames * bytesPerFrame));
    }
  }

  #block(data: Uint8Array): AudioBlock {
    const timestamp = Math.round((this.#taken * 1_000_000) / this.#rate);
    this.#taken += data.length / bytesPerFrame;
    return { timestamp, data };
  }
}
