import { type AudioSample, BroadcastAudioCodec, type EncodedAudio } from "@broadcast-ipc/audio-codec";
import {
  AudioLane,
  Condition,
  UploadCounter,
  type UploadCounts,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { SampleConnection } from "./sample-connection.ts";

interface WaitingAudio extends EncodedAudio {
  readonly numberOfFrames: number;
  readonly sampleRate: number;
  readonly settle: (outcome: UploadOutcome) => void;
}

interface AudioSenderOptions {
  /** The longest duration that waits, in ms. */
  readonly maxBufferedMs: number;
  readonly release: (sample: AudioSample) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's audio lane: sends samples in order, one at a time. Nothing waits while no audio is wanted. */
export class AudioSender {
  readonly #options: AudioSenderOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #counter = new UploadCounter();
  readonly #lane: AudioLane<WaitingAudio>;
  readonly #drained = new Condition(() => !this.#connection || this.#isIdle);
  #connection: SampleConnection | undefined;
  #isWanted = false;
  /** How many samples were given to a connection and have not left. */
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

  /** A new connection. Nothing is sent over it before its receiver's demand. */
  connect(connection: SampleConnection): void {
    this.#connection = connection;
  }

  /** The connection is lost. Waiting audio is dropped, because it would be stale for the next receiver. */
  disconnect(): void {
    this.#connection = undefined;
    this.#isWanted = false;
    this.#drop("closed");
  }

  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#drop("unwanted");
  }

  /** Gives all waiting audio to the connection, so that it precedes whatever is sent next. */
  flush(): void {
    // Samples wait only while another one is being sent.
    if (this.#sending > 0) for (const waiting of this.#lane.clear()) this.#send(waiting);
  }

  /** Accepts no more samples. Resolves once the waiting samples are sent or no longer wanted, or the connection is lost. */
  drain(): Promise<void> {
    this.#isSealed = true;
    return this.#drained.wait();
  }

  /** Settles waiting and later samples "closed". */
  close(): void {
    this.#isSealed = true;
    this.#drop("closed");
  }

  get #isIdle(): boolean {
    return this.#sending === 0 && this.#lane.length === 0;
  }

  /** Encoding copies nothing, so samples are encoded, and thereby checked, before they wait: the lane relies on their durations. */
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

  async #send({ metadata, data, settle }: WaitingAudio): Promise<void> {
    this.#sending++;
    settle((await this.#connection?.send({ type: "audio", metadata }, data)) ?? "closed");
    this.#sending--;
    this.#sendNext();
    this.#drained.check();
  }
}
