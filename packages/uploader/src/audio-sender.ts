import { type AudioMetadata, type AudioSample, BroadcastAudioCodec } from "@broadcast-ipc/audio-codec";
import {
  AudioLane,
  type Stretch,
  UploadCounter,
  type UploadCounts,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";

interface Waiting extends Stretch {
  readonly sample: AudioSample;
  readonly settle: (outcome: UploadOutcome) => void;
}

interface AudioSenderOptions {
  readonly maxBufferedMs: number;
  readonly send: (metadata: AudioMetadata, data: Uint8Array) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's audio lane: one sample being sent, the rest waiting in order, none while nobody wants sound. */
export class AudioSender {
  readonly #options: AudioSenderOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #counter = new UploadCounter();
  readonly #lane: AudioLane<Waiting>;
  #isWanted = false;
  #isSending = false;
  #isClosed = false;

  constructor(options: AudioSenderOptions) {
    this.#options = options;
    this.#lane = new AudioLane(options.maxBufferedMs);
  }

  get counts(): UploadCounts {
    return this.#counter.counts;
  }

  /** Takes the next sample; `settle` is called once. */
  offer(sample: AudioSample, settle: (outcome: UploadOutcome) => void): void {
    const { numberOfFrames, sampleRate } = sample;
    const waiting: Waiting = { sample, settle: this.#counter.enter(settle), numberOfFrames, sampleRate };
    if (this.#isClosed) waiting.settle("closed");
    else if (!this.#isWanted) waiting.settle("unwanted");
    else {
      for (const oldest of this.#lane.push(waiting)) oldest.settle("replaced");
      this.#sendWaiting();
    }
  }

  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#drop("unwanted");
  }

  close(): void {
    this.#isClosed = true;
    this.#drop("closed");
  }

  #drop(outcome: UploadOutcome): void {
    for (const waiting of this.#lane.clear()) waiting.settle(outcome);
  }

  async #sendWaiting(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#lane.shift(); next; next = this.#lane.shift()) {
      try {
        const { metadata, data } = this.#codec.encode(next.sample);
        await this.#options.send(metadata, data);
        next.settle("sent");
      } catch (error) {
        next.settle(this.#isClosed ? "closed" : "failed");
        if (!this.#isClosed) this.#options.onFailure(error);
      }
    }
    this.#isSending = false;
  }
}
