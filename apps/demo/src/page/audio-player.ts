import type { AudioMessage } from "./page-messages.ts";

/** Delay of the first block in seconds. The delay avoids gaps when later blocks arrive late. */
const lead = 0.08;
/** Maximum delay of a block in seconds. A block with a longer delay is dropped, to keep audio in sync with the video. */
const longestWait = 0.4;

/** Plays blocks of audio one after another without gaps. */
export class AudioPlayer {
  #context: AudioContext | undefined;
  #analyser: AnalyserNode | undefined;
  /** Start of the next block, in seconds of the context's clock. */
  #next = 0;
  #isOn = false;

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Turns audio on or off. Call it in a click handler, because browsers start audio only after a user action. */
  turn(on: boolean): void {
    this.#isOn = on;
    if (on) this.#open();
    else this.#close();
  }

  /** Plays a block directly after the previous block. */
  play(message: AudioMessage, data: ArrayBuffer): void {
    if (!this.#isOn) return;
    const { sampleRate, numberOfChannels, numberOfFrames } = message;
    if (this.#context?.sampleRate !== sampleRate) this.#open(sampleRate);
    const context = this.#context;
    if (context === undefined || this.#analyser === undefined) return;

    const waiting = this.#next - context.currentTime;
    if (waiting > longestWait) return;
    // Blocks start on sample boundaries of the context, so that adjacent blocks join without a click.
    if (waiting < 0) this.#next = Math.ceil((context.currentTime + lead) * sampleRate) / sampleRate;

    const buffer = context.createBuffer(numberOfChannels, numberOfFrames, sampleRate);
    const samples = toFloats(message, data);
    for (let channel = 0; channel < numberOfChannels; channel++) {
      const target = buffer.getChannelData(channel);
      for (let frame = 0; frame < numberOfFrames; frame++) {
        target[frame] = samples[frame * numberOfChannels + channel] ?? 0;
      }
    }
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.#analyser);
    source.start(this.#next);
    this.#next += numberOfFrames / sampleRate;
  }

  /** Returns the current loudness: 0 at or below -60 dB, 1 at full scale. */
  level(): number {
    if (this.#analyser === undefined) return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return Math.max(0, 1 + Math.log10(Math.max(power, 1e-9)) / 6);
  }

  /** Opens a context with the sample rate of the audio. Resampling each block separately would be audible. */
  #open(sampleRate?: number): void {
    this.#close();
    this.#context = sampleRate === undefined ? new AudioContext() : new AudioContext({ sampleRate });
    this.#analyser = new AnalyserNode(this.#context, { fftSize: 1_024 });
    this.#analyser.connect(this.#context.destination);
    this.#next = 0;
  }

  #close(): void {
    this.#context?.close();
    this.#context = undefined;
    this.#analyser = undefined;
  }
}

function toFloats({ format }: AudioMessage, data: ArrayBuffer): Float32Array {
  return format === "f32"
    ? new Float32Array(data)
    : Float32Array.from(new Int16Array(data), (value) => value / 32_768);
}
