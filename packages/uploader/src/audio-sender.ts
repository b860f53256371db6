import { type AudioSample, BroadcastAudioCodec, type EncodedAudio } from "@broadcast-ipc/audio-codec";
import {
  AudioLane,
  Condition,
  noUploads,
  type UploadCounts,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { UploaderConnection } from "./uploader-connection.ts";

interface AudioUpload {
  readonly sample: AudioSample;
  readonly settle: (outcome: UploadOutcome) => void;
}

interface WaitingAudio extends EncodedAudio {
  readonly numberOfFrames: number;
  readonly sampleRate: number;
  readonly upload: AudioUpload;
}

interface AudioSenderOptions {
  /** Maximum duration of the waiting audio, in ms. */
  readonly maxBufferedMs: number;
  /** Called once for each upload, when its sample is no longer needed. */
  readonly release: (upload: AudioUpload) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's audio lane: sends samples in order, one at a time. Valid samples settle "unwanted" while audio is not wanted. */
export class AudioSender {
  /** Number of samples in flight. Only this class changes it. */
  sending = 0;
  readonly #options: AudioSenderOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #counts = noUploads();
  readonly #lane: AudioLane<WaitingAudio>;
  readonly #drained = new Condition(() => !this.#connection || this.#isIdle);
  #connection: Pick<UploaderConnection, "send"> | undefined;
  #isWanted = false;
  /** Whether new samples are refused. Waiting samples are still sent. */
  #isSealed = false;

  constructor(options: AudioSenderOptions) {
    this.#options = options;
    this.#lane = new AudioLane(options.maxBufferedMs);
  }

  get counts(): UploadCounts {
    return { ...this.#counts };
  }

  /**
   * Adds the next sample. `settle` is called once with its outcome. An invalid sample fails even if the receiver wants no
   * audio.
   */
  offer(sample: AudioSample, settle: (outcome: UploadOutcome) => void): void {
    this.#counts.captured++;
    this.#counts.pending++;
    const upload = { sample, settle };
    const encoded = this.#encode(sample);
    if (this.#isSealed) this.#end(upload, "closed");
    else if (!encoded) this.#end(upload, "failed");
    else if (!this.#isWanted) this.#end(upload, "unwanted");
    else this.#enqueue(encoded, upload);
  }

  /** Starts a new connection. Nothing is sent over it before the demand of its receiver. */
  connect(connection: Pick<UploaderConnection, "send">): void {
    this.#connection = connection;
  }

  /** Ends the connection and drops waiting audio, because it would be stale for the next receiver. */
  disconnect(): void {
    this.#connection = undefined;
    this.#isWanted = false;
    this.#drop("closed");
  }

  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#drop("unwanted");
  }

  /**
   * Sends all waiting audio at once, so that it precedes the next message. Needed only if {@link sending} is above 0,
   * because samples wait only while another one is in flight.
   */
  flush(): void {
    for (const waiting of this.#lane.clear()) this.#send(waiting);
  }

  /** Stops accepting samples. Resolves when no sample is waiting or in flight, or when the connection is lost. */
  drain(): Promise<void> {
    this.#isSealed = true;
    return this.#drained.wait();
  }

  /** Ends the lane: all waiting samples and all later samples settle "closed". */
  close(): void {
    this.#isSealed = true;
    this.#drop("closed");
  }

  get #isIdle(): boolean {
    return this.sending === 0 && this.#lane.length === 0;
  }

  /**
   * Encodes a sample without a copy, which also checks it. Samples are encoded before they wait, because the lane relies
   * on their durations.
   */
  #encode(sample: AudioSample): EncodedAudio | undefined {
    try {
      return this.#codec.encode(sample);
    } catch (error) {
      this.#options.onFailure(error);
      return undefined;
    }
  }

  #enqueue({ metadata, data }: EncodedAudio, upload: AudioUpload): void {
    const { numberOfFrames, sampleRate } = metadata;
    const replaced = this.#lane.push({ metadata, data, numberOfFrames, sampleRate, upload });
    for (const oldest of replaced) this.#end(oldest.upload, "replaced");
    this.#sendNext();
  }

  #drop(outcome: UploadOutcome): void {
    for (const waiting of this.#lane.clear()) this.#end(waiting.upload, outcome);
    this.#drained.check();
  }

  #sendNext(): void {
    if (this.sending > 0) return;
    const next = this.#lane.shift();
    if (next) this.#send(next);
  }

  async #send({ metadata, data, upload }: WaitingAudio): Promise<void> {
    this.sending++;
    const outcome = await this.#connection?.send({ type: "audio", metadata }, data);
    this.#end(upload, outcome ?? "closed");
    this.sending--;
    this.#sendNext();
    this.#drained.check();
  }

  /** Settles and releases an upload. Called once for each upload. */
  #end(upload: AudioUpload, outcome: UploadOutcome): void {
    this.#counts.pending--;
    this.#counts[outcome]++;
    upload.settle(outcome);
    this.#options.release(upload);
  }
}
