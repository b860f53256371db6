import { type AudioSample, BroadcastAudioCodec, type EncodedAudio } from "@broadcast-ipc/audio-codec";
import {
  AudioLane,
  type AudioMessage,
  type Stretch,
  UploadCounter,
  type UploadCounts,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { SendOutcome } from "./send-outcome.ts";

interface Waiting extends Stretch, EncodedAudio {
  readonly settle: (outcome: UploadOutcome) => void;
}

/** Never rejects. */
type SendSound = (message: AudioMessage, data: Uint8Array) => Promise<SendOutcome>;

interface AudioSenderOptions {
  readonly maxBufferedMs: number;
  readonly release: (sample: AudioSample) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's audio lane: one sample being sent, the rest waiting in order, none while nobody wants sound. */
export class AudioSender {
  readonly #options: AudioSenderOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #counter = new UploadCounter();
  readonly #lane: AudioLane<Waiting>;
  #transport: SendSound = async () => "closed";
  #isWanted = false;
  #sending = 0;
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
    const end = this.#counter.enter((outcome) => {
      settle(outcome);
      this.#options.release(sample);
    });
    if (this.#isClosed) end("closed");
    else if (!this.#isWanted) end("unwanted");
    else this.#enqueue(sample, end);
  }

  /** Another receiver, which is sent to by `send`; it has to say first that it wants sound. */
  connect(send: SendSound): void {
    this.#transport = send;
  }

  /** The receiver is gone, and what waited for it is too old for the next one. */
  disconnect(): void {
    this.#isWanted = false;
    this.#drop("closed");
  }

  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#drop("unwanted");
  }

  /** Gives all that waits to the channel, so that it goes before what is sent next. */
  flush(): void {
    for (const waiting of this.#lane.clear()) this.#send(waiting);
  }

  close(): void {
    this.#isClosed = true;
    this.#drop("closed");
  }

  /** Encoding copies nothing, so it is done at once: a lane whose durations are checked can keep its bound. */
  #enqueue(sample: AudioSample, settle: (outcome: UploadOutcome) => void): void {
    try {
      const { metadata, data } = this.#codec.encode(sample);
      const { numberOfFrames, sampleRate } = metadata;
      const replaced = this.#lane.push({ metadata, data, numberOfFrames, sampleRate, settle });
      for (const oldest of replaced) oldest.settle("replaced");
      this.#sendNext();
    } catch (error) {
      this.#options.onFailure(error);
      settle("failed");
    }
  }

  #drop(outcome: UploadOutcome): void {
    for (const waiting of this.#lane.clear()) waiting.settle(outcome);
  }

  #sendNext(): void {
    if (this.#sending > 0) return;
    const next = this.#lane.shift();
    if (next) this.#send(next);
  }

  async #send({ metadata, data, settle }: Waiting): Promise<void> {
    this.#sending++;
    settle(await this.#transport({ type: "audio", metadata }, data));
    this.#sending--;
    this.#sendNext();
  }
}
