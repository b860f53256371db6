import { EventEmitter } from "node:events";
import { type AudioSample, BroadcastAudioCodec } from "@broadcast-ipc/audio-codec";
import { type CloseReason, IPCChannel, type ListenOptions, PullQueue } from "@broadcast-ipc/ipc-channel";
import {
  AudioLane,
  clockId,
  type Demand,
  defaultDemand,
  now,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import { AgeHistogram } from "./age-histogram.ts";
import { PictureLane } from "./picture-lane.ts";
import type { ReceiverOptions } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { Sample } from "./sample.ts";

interface ReceiverEvents {
  /** One sample, or one message of the uploader's, went wrong; everything else goes on. */
  failure: [error: unknown];
}

/** The longest stretch of sound that waits to be taken, in ms. */
const maxBufferedMs = 500;

/**
 * Yields what one uploader captures: pictures as fresh as the consumer is fast, sound in order.
 *
 * A picture is consumed when it is disposed, or when the next sample is asked for. Until then at most one further picture
 * is under way, and the uploader goes on replacing the one that waits there by newer ones: a slow consumer sees fewer
 * pictures, never older ones.
 */
export class BroadcastReceiver
  extends EventEmitter<ReceiverEvents>
  implements AsyncIterable<Sample>, AsyncDisposable
{
  readonly #channel: IPCChannel<unknown, ReceiverMessage>;
  readonly #pictures: PictureLane;
  readonly #sound: AudioLane<AudioSample> = new AudioLane(maxBufferedMs);
  readonly #audioCodec = new BroadcastAudioCodec();
  readonly #audioCounts = { received: 0, dropped: 0, undecodable: 0 };
  readonly #ages = new AgeHistogram();
  /** The one sample that is next to be handed out. */
  readonly #next: PullQueue<Sample> = new PullQueue((sample) => this.#onHandOver(sample));
  #demand: Demand;
  #uploader: UploaderHello | undefined;
  #bytes = 0;
  /** Set when no sample will come any more; its error is for the consumer, after the samples before it. */
  #ended: { readonly error: unknown } | undefined;

  private constructor(channel: IPCChannel<unknown, ReceiverMessage>, options: ReceiverOptions) {
    super();
    this.#channel = channel;
    this.#demand = options.demand ?? defaultDemand;
    channel.send({ type: "demand", ...this.#demand });
    this.#pictures = new PictureLane({
      ...options,
      isIdle: () => this.#next.isAwaited,
      onReady: () => this.#offer(),
      onFailure: (error) => this.#report(error),
      sendCredit: (through) => channel.send({ type: "credit", through }),
    });
    this.#pictures.setDemand(this.#demand.video !== null);
    this.#pump();
  }

  /** Listens at `path` for one uploader, see {@link IPCChannel.accept}. */
  static async accept(
    path: string,
    options: ReceiverOptions & ListenOptions = {},
  ): Promise<BroadcastReceiver> {
    const { schema: _, ...channelOptions } = options;
    return new BroadcastReceiver(
      await IPCChannel.accept<unknown, ReceiverMessage>(path, channelOptions),
      options,
    );
  }

  /** Receives over an open channel, which belongs to the receiver from here on. */
  static over(channel: IPCChannel, options: ReceiverOptions = {}): BroadcastReceiver {
    return new BroadcastReceiver(channel as IPCChannel<unknown, ReceiverMessage>, options);
  }

  /** What the uploader calls itself; `undefined` until it has said so, or where it has no name. */
  get name(): string | undefined {
    return this.#uploader?.name;
  }

  /** Tells this uploader from every other one; `undefined` until it has said hello. */
  get id(): string | undefined {
    return this.#uploader?.id;
  }

  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  /** Resolves, never rejects, when the connection has ended. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed;
  }

  /**
   * The samples; waiting sound comes before pictures. Leaving the loop closes nothing. `next()` rejects with
   * `signal.reason` on abort, with ERR_IPC_BUSY while another iterator's `next()` is pending, and once with the channel's
   * error where it broke; after the end of the connection it is done.
   */
  samples(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterableIterator<Sample> {
    const queue = this.#next.iterate(options);
    const samples: AsyncIterableIterator<Sample> = {
      next: () => {
        this.#pictures.consumeHeld();
        this.#fill();
        const next = queue.next();
        this.#pictures.giveCredit();
        return next;
      },
      return: async () => {
        await queue.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => samples,
    };
    return samples;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Sample> {
    return this.samples();
  }

  /** States anew what is wanted. Pictures that are wanted again begin with the newest one. */
  setDemand(demand: Demand): void {
    this.#demand = demand;
    this.#channel.send({ type: "demand", ...demand });
    this.#pictures.setDemand(demand.video !== null);
    if (demand.audio === null) this.#audioCounts.dropped += this.#sound.clear().length;
  }

  /** Asks for sound beside what is wanted already. */
  enableAudio(): void {
    this.setDemand({ ...this.#demand, audio: {} });
  }

  /** Asks for no more sound. */
  disableAudio(): void {
    this.setDemand({ ...this.#demand, audio: null });
  }

  /** Asks for the newest picture, also if it was sent before. */
  refresh(): void {
    this.#channel.send({ type: "refresh" });
  }

  stats(): ReceiverStats {
    return {
      video: this.#pictures.counts,
      audio: { ...this.#audioCounts },
      bytes: this.#bytes,
      age: this.#ages.summary,
    };
  }

  /** Ends the connection, see {@link IPCChannel.close}; samples that nobody has taken are dropped. */
  async close(): Promise<void> {
    this.#next.end();
    this.#next.clear();
    await this.#channel.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Always reading, so that no idle consumer of one lane holds up another one. */
  async #pump(): Promise<void> {
    let error: unknown;
    try {
      for await (const { header, payload } of this.#channel) this.#receive(header, payload);
    } catch (reason) {
      error = reason;
    }
    await this.#pictures.decoded;
    this.#ended = { error };
    this.#offer();
  }

  #receive(header: unknown, data: Uint8Array | undefined): void {
    try {
      const message = parseUploaderMessage(header);
      if (!message) return;
      this.#bytes += data?.length ?? 0;
      if (message.type === "hello") this.#uploader = message;
      else if (message.type === "image") this.#pictures.push(message, data);
      else this.#receiveSound(message.metadata, data);
    } catch (error) {
      this.#report(error);
    }
  }

  #receiveSound(metadata: unknown, data: Uint8Array | undefined): void {
    this.#audioCounts.received++;
    if (!this.#demand.audio) {
      this.#audioCounts.dropped++;
      return;
    }
    try {
      const sample = this.#audioCodec.decode(data, metadata as AudioSample);
      this.#audioCounts.dropped += this.#sound.push(sample).length;
      this.#offer();
    } catch (error) {
      this.#audioCounts.undecodable++;
      throw error;
    }
  }

  /** To be called when there may be something to hand out. */
  #offer(): void {
    if (this.#next.isAwaited) this.#fill();
  }

  /** Moves what comes next to where the consumer takes it. */
  #fill(): void {
    if (this.#next.size > 0) return;
    const sample = this.#sound.shift() ?? this.#pictures.shift();
    if (sample) this.#next.push(sample);
    else if (this.#ended) this.#next.end(this.#ended.error);
  }

  #onHandOver(sample: Sample): void {
    if (sample.type !== "image") return;
    this.#pictures.hold(sample);
    const clock = clockId();
    if (clock !== undefined && clock === this.#uploader?.clock) this.#ages.record(now() - sample.timestamp);
  }

  /** A listener that throws must not tear what is under way here. */
  #report(error: unknown): void {
    process.nextTick(() => this.emit("failure", error));
  }
}
