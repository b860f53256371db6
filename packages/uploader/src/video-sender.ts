import { DurationHistogram, type DurationSummary } from "@broadcast-ipc/clock";
import {
  type BroadcastImageCodec,
  checkImageSample,
  type EncodedImage,
  type EncodedImageSample,
  type ImageSample,
} from "@broadcast-ipc/image-codec";
import {
  Condition,
  type ImageMessage,
  maxPendingFrames,
  type ScheduledFrame,
  type UploadOutcome,
  type VideoDemand,
  VideoLane,
} from "@broadcast-ipc/protocol";
import type { SendOutcome } from "./send-outcome.ts";
import { longestTimer } from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";

/** A picture as it was captured. */
export type Picture = ImageSample | EncodedImageSample;

/** Never rejects. */
type SendPicture = (message: ImageMessage, data: Uint8Array) => Promise<SendOutcome>;

interface VideoSenderOptions {
  readonly codec: BroadcastImageCodec;
  readonly release: (sample: Picture) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's picture lane: encodes and sends one picture at a time, whenever a {@link VideoLane} says that it is time. */
export class VideoSender {
  readonly #options: VideoSenderOptions;
  readonly #lane: VideoLane<Picture>;
  readonly #encodeTime = new DurationHistogram();
  readonly #drained = new Condition(() => !this.#isConnected || this.#lane.isIdle);
  /** Pictures that were encoded before, to count repetitions. */
  readonly #known = new WeakSet<Picture>();
  #isConnected = false;
  #send: SendPicture = async () => "closed";
  #demand: VideoDemand = {};
  #timer: NodeJS.Timeout | undefined;
  #encoding: string | undefined;
  #encoded = 0;
  #repeated = 0;
  #consumedEarlier = 0;

  constructor(options: VideoSenderOptions) {
    this.#options = options;
    this.#lane = new VideoLane(options.release);
  }

  get counts(): UploaderStats["video"] {
    return {
      ...this.#lane.counts,
      encoding: this.#encoding,
      encoded: this.#encoded,
      repeated: this.#repeated,
      consumed: this.#consumedEarlier + this.#lane.consumed,
      credit: this.#lane.credit,
    };
  }

  get encodeTime(): DurationSummary | undefined {
    return this.#encodeTime.summary;
  }

  /** Takes the newest picture; `settle` is called once. What is no picture never replaces one. */
  offer(sample: Picture, settle: (outcome: UploadOutcome) => void): void {
    try {
      checkImageSample(sample);
    } catch (error) {
      this.#options.onFailure(error);
      this.#lane.refuse(sample, settle);
      return;
    }
    if (this.#lane.offer(sample, settle)) this.#sendDue();
    else this.#options.onFailure(tooManyPending());
  }

  /** Another receiver, which is sent to by `send`. */
  connect(send: SendPicture): void {
    this.#send = send;
    this.#isConnected = true;
    this.#consumedEarlier += this.#lane.consumed;
    this.#lane.connect();
  }

  /** The receiver is gone. */
  disconnect(): void {
    this.#isConnected = false;
    this.#lane.disconnect();
    clearTimeout(this.#timer);
    this.#drained.check();
  }

  setDemand(demand: VideoDemand | null): void {
    this.#demand = demand ?? {};
    this.#lane.setDemand(demand);
    this.#sendDue();
  }

  /** See {@link VideoLane.acknowledge}. */
  acknowledge(through: number, consumed: number): void {
    this.#lane.acknowledge(through, consumed);
    this.#sendDue();
  }

  refresh(): void {
    this.#lane.refresh();
    this.#sendDue();
  }

  /** Accepts no more pictures. Resolves once the waiting pictures are delivered or no longer wanted, or the connection is lost. */
  drain(): Promise<void> {
    this.#lane.seal();
    this.#sendDue();
    return this.#drained.wait();
  }

  close(): void {
    this.#lane.close();
    clearTimeout(this.#timer);
  }

  /** {@link VideoLane.take} gives one turn at a time, so however often this is called, one picture is under way. */
  async #sendDue(): Promise<void> {
    clearTimeout(this.#timer);
    for (let turn = this.#take(); turn; turn = this.#take()) {
      this.#lane.finish(await this.#encodeAndSend(turn));
    }
    this.#drained.check();
    const { dueAt } = this.#lane;
    if (dueAt === undefined) return;
    clearTimeout(this.#timer);
    const wait = Math.min(Math.ceil(dueAt - performance.now()), longestTimer);
    this.#timer = setTimeout(() => this.#sendDue(), wait);
  }

  #take(): ScheduledFrame<Picture> | undefined {
    return this.#lane.take(performance.now());
  }

  async #encodeAndSend({ sample, sequence, keyFrame }: ScheduledFrame<Picture>): Promise<SendOutcome> {
    const send = this.#send;
    try {
      const { metadata, data } = await this.#encode(sample, keyFrame);
      return await send({ type: "image", sequence, metadata }, data);
    } catch (error) {
      this.#options.onFailure(error);
      return "failed";
    }
  }

  async #encode(sample: Picture, keyFrame: boolean): Promise<EncodedImage> {
    const { encodings, quality, maxWidth, maxHeight } = this.#demand;
    const start = performance.now();
    const encoded = await this.#options.codec.encode(sample, {
      encodings,
      quality,
      maxWidth,
      maxHeight,
      keyFrame,
    });
    this.#encoded++;
    if (this.#known.has(sample)) this.#repeated++;
    this.#known.add(sample);
    this.#encoding = "encoding" in encoded.metadata ? encoded.metadata.encoding : "raw";
    if (encoded.data !== sample.data) this.#encodeTime.record((performance.now() - start) * 1000);
    return encoded;
  }
}

function tooManyPending(): RangeError {
  const error = new RangeError(`more than ${maxPendingFrames} pictures are pending`);
  return Object.assign(error, { code: "ERR_UPLOAD_TOO_MANY_PENDING" });
}
