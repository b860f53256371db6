import { type AudioSample, BroadcastAudioCodec, type EncodedAudio } from "@broadcast-ipc/audio-codec";
import {
  AudioLane,
  type AudioMessage,
  Condition,
  UploadCounter,
  type UploadCounts,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { SendOutcome } from "./send-outcome.ts";

interface Waiting extends EncodedAudio {
  readonly numberOfFrames: number;
  readonly sampleRate: number;
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
  readonly #drained = new Condition(() => !this.#isConnected || this.#isIdle);
  #transport: SendSound = async () => "closed";
  #isConnected = false;
  #isWanted = false;
  #sending = 0;
  /** Whether new samples are refused. Waiting samples can still be sent. */
  #isSealed = false;

  constructor(options: AudioSenderOptions) {
    this.#options = options;
    this.#lane = new AudioLane(options.maxBufferedMs);
  }

  get counts(): UploadCounts {
    return this.#counter.counts;
  }

  /** Takes the next sample; `settle` is called once. An invalid sample fails even while no audio is wanted. */
  offer(sample: AudioSample, settle: (outcome: UploadOutcome) => void): void {
    const end = this.#counter.enter((outcome) => {
      settle(outcome);
      this.#options.release(sample);
    });
    const encoded = this.#encode(sample);
    if (this.#isSealed) end("closed");
    else if (!encoded) end("failed");
    else if (!this.#isWanted) end("unwanted");
    else this.#enqueue(encoded, end);
  }

  /** Another receiver, which is sent to by `send`; it has to say first that it wants sound. */
  connect(send: SendSound): void {
    this.#transport = send;
    this.#isConnected = true;
  }

  /** The receiver is gone, and what waited for it is too old for the next one. */
  disconnect(): void {
    this.#isConnected = false;
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

  /** Accepts no more samples. Resolves once the waiting samples are sent or no longer wanted, or the connection is lost. */
  drain(): Promise<void> {
    this.#isSealed = true;
    return this.#drained.wait();
  }

  close(): void {
    this.#isSealed = true;
    this.#drop("closed");
  }

  get #isIdle(): boolean {
    return this.#sending === 0 && this.#lane.length === 0;
  }

  /** Encoding copies nothing, so it is done at once: a lane whose durations are checked can keep its bound. */
  #encode(sample: AudioSample): EncodedAudio | undefined {
    try {
      return this.#codec.encode(sample);
    } catch (error) {
      this.#options.onFailure(error);
      return undefined;
    }
  }

  #enqueue({ metadata, data }: EncodedAudio, settle: (outcome: UploadOutcome) => void): void {
    const { numberOfFrames, sampleRate } = metadata;
    const replaced = this.#lane.push({ metadata, data, numberOfFrames, sampleRate, settle });
    for (const oldest of replaced) oldest.settle("replaced");
    this.#sendNext();
  }

  #drop(outcome: UploadOutcome): void {
    for (const waiting of this.#lane.clear()) waiting.settle(outcome);
    this.#drained.check();
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
    this.#drained.check();
  }
}
