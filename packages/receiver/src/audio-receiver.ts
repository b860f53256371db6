import { type AudioMetadata, type AudioSample, BroadcastAudioCodec } from "@broadcast-ipc/audio-codec";
import { AudioLane } from "@broadcast-ipc/protocol";
import { type ReceiverStats, withPending } from "./receiver-stats.ts";
import type { AudioFormat } from "./sample.ts";
import type { SampleReader } from "./sample-reader.ts";

/** Maximum duration of the waiting audio, in ms. {@link AudioLane} also bounds the number of samples and bytes. */
const maxBufferedMs = 500;

interface AudioReceiverOptions {
  readonly reader: SampleReader;
  /** Called before the consumer gets the first audio sample, and before a sample whose format differs from the previous one. */
  readonly onFormat: (format: AudioFormat) => void;
}

/** The receiver's audio lane: decodes audio samples as they arrive and queues them in order. */
export class AudioReceiver {
  /** Samples that wait for a `next()` call. */
  readonly waiting: AudioLane<AudioSample> = new AudioLane(maxBufferedMs);
  readonly #options: AudioReceiverOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #counts = { received: 0, consumed: 0, undecodable: 0, dropped: 0 };
  #isWanted = false;
  /** Format of the last sample that was delivered to the consumer. */
  #format: AudioFormat | undefined;

  constructor(options: AudioReceiverOptions) {
    this.#options = options;
  }

  get counts(): ReceiverStats["audio"] {
    return withPending(this.#counts);
  }

  /** Sets whether audio is wanted. Unwanted audio is dropped when it arrives. */
  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#counts.dropped += this.waiting.clear().length;
  }

  /** Decodes and queues an audio sample from the uploader. Throws AudioCodecError if the sample is invalid. */
  receive(metadata: unknown, data: Uint8Array | undefined): void {
    this.#counts.received++;
    if (!this.#isWanted) {
      this.#counts.dropped++;
      return;
    }
    try {
      const sample = this.#codec.decode(data, metadata as AudioMetadata);
      this.#counts.dropped += this.waiting.push(sample).length;
    } catch (error) {
      this.#counts.undecodable++;
      throw error;
    }
    this.serve();
  }

  /** Delivers waiting samples to pending `next()` calls, oldest first. */
  serve(): void {
    while (this.waiting.length > 0) {
      const queue = this.#options.reader.awaiting("audio");
      const sample = queue && this.waiting.shift();
      if (!sample) return;
      this.#counts.consumed++;
      queue.push(Object.assign(new DisposableAudio(), sample));
      // The promise of next() resolves in a later microtask, so the consumer gets the event first. A listener may call
      // next().
      this.#announceFormat(sample);
    }
  }

  #announceFormat({ format, sampleRate, numberOfChannels }: AudioFormat): void {
    const last = this.#format;
    const isSame =
      last?.format === format && last.sampleRate === sampleRate && last.numberOfChannels === numberOfChannels;
    if (isSame) return;
    this.#format = { format, sampleRate, numberOfChannels };
    try {
      this.#options.onFormat(this.#format);
    } catch (error) {
      // An exception of a listener must not reach next(), so it is thrown in the next tick.
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

/** Disposing audio does nothing, because audio buffers are too small for the payload pool. */
class DisposableAudio implements Disposable {
  [Symbol.dispose](): void {}
}
