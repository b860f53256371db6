import { EventEmitter } from "node:events";
import { type CloseReason, IPCChannel, type ListenOptions } from "@broadcast-ipc/ipc-channel";
import {
  clockId,
  type Demand,
  now,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import { AgeHistogram } from "./age-histogram.ts";
import { PictureLane } from "./picture-lane.ts";
import type { ReceiverEvents } from "./receiver-events.ts";
import {
  checkDemand,
  type ReceiverOptions,
  type ReceiverSettings,
  receiverSettings,
} from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { PictureSample, Sample } from "./sample.ts";
import { SampleOutlet } from "./sample-outlet.ts";
import { SoundLane } from "./sound-lane.ts";

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
  readonly #sound = new SoundLane();
  readonly #ages = new AgeHistogram();
  readonly #outlet: SampleOutlet;
  #demand: Demand;
  #uploader: UploaderHello | undefined;
  #bytes = 0;

  private constructor(channel: IPCChannel<unknown, ReceiverMessage>, settings: ReceiverSettings) {
    super();
    this.#channel = channel;
    this.#pictures = new PictureLane({
      decode: settings.decode,
      format: settings.format,
      isIdle: () => this.#outlet.isAwaited,
      onReady: () => this.#outlet.offer(),
      onFailure: (error) => this.#report(error),
      sendCredit: (through) => channel.send({ type: "credit", through }),
    });
    this.#outlet = new SampleOutlet({
      pictures: this.#pictures,
      sound: this.#sound,
      onPicture: (picture) => this.#recordAge(picture),
    });
    this.#demand = settings.demand;
    this.#stateDemand();
    this.#pump();
  }

  /**
   * Listens at `path` for one uploader, see {@link IPCChannel.accept}.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async accept(
    path: string,
    options: ReceiverOptions & ListenOptions = {},
  ): Promise<BroadcastReceiver> {
    const settings = receiverSettings(options);
    const { schema: _, ...channelOptions } = options;
    return new BroadcastReceiver(
      await IPCChannel.accept<unknown, ReceiverMessage>(path, channelOptions),
      settings,
    );
  }

  /**
   * Receives over an open channel without a schema, which belongs to the receiver from here on.
   * Throws a RangeError that names the option that is wrong.
   */
  static over(channel: IPCChannel, options: ReceiverOptions = {}): BroadcastReceiver {
    return new BroadcastReceiver(channel as IPCChannel<unknown, ReceiverMessage>, receiverSettings(options));
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
    return this.#outlet.samples(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Sample> {
    return this.samples();
  }

  /**
   * States anew what is wanted. Pictures that are wanted again begin with the newest one. Throws a RangeError for what is
   * no demand.
   */
  setDemand(demand: Demand): void {
    this.#demand = checkDemand(demand);
    this.#stateDemand();
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
      audio: this.#sound.counts,
      bytes: this.#bytes,
      age: this.#ages.summary,
    };
  }

  /** Ends the connection, see {@link IPCChannel.close}; samples that nobody has taken are dropped. */
  async close(): Promise<void> {
    this.#outlet.close();
    const closed = this.#channel.close();
    this.#pictures.setDemand(false);
    this.#sound.setDemand(false);
    await closed;
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
    // A receiver that cannot hear the uploader is of no use to anybody; as a rule the channel has ended by itself.
    this.#channel.close();
    await this.#pictures.decoded;
    this.#outlet.end(error);
  }

  #receive(header: unknown, data: Uint8Array | undefined): void {
    try {
      const message = parseUploaderMessage(header);
      if (!message) return;
      this.#bytes += data?.length ?? 0;
      if (message.type === "hello") this.#uploader = message;
      else if (message.type === "image") this.#pictures.push(message, data);
      else {
        this.#sound.push(message.metadata, data);
        this.#outlet.offer();
      }
    } catch (error) {
      this.#report(error);
    }
  }

  #stateDemand(): void {
    const { video, audio } = this.#demand;
    this.#channel.send({ type: "demand", video, audio });
    this.#pictures.setDemand(video !== null);
    this.#sound.setDemand(audio !== null);
  }

  /** An age is known only where the uploader's timestamps are of this machine's clock. */
  #recordAge({ timestamp }: PictureSample): void {
    const clock = clockId();
    if (clock !== undefined && clock === this.#uploader?.clock) this.#ages.record(now() - timestamp);
  }

  /** A listener that throws must not tear what is under way here. */
  #report(error: unknown): void {
    process.nextTick(() => this.emit("failure", error));
  }
}
