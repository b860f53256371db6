import { clockId, now } from "@broadcast-ipc/clock";
import {
  type CreditMessage,
  CreditWindow,
  type ImageMessage,
  ProtocolError,
  type RefreshMessage,
  type VideoCredit,
  type VideoDemand,
} from "@broadcast-ipc/protocol";
import { FrameAges } from "./frame-ages.ts";
import type { ReceiverSettings } from "./receiver-options.ts";
import { type ReceiverStats, withPending } from "./receiver-stats.ts";
import { RefreshPolicy } from "./refresh-policy.ts";
import type { ReceivedImageSample } from "./sample.ts";
import type { SampleReader } from "./sample-reader.ts";
import { StallTimer } from "./stall-timer.ts";
import {
  type DecodedFrame,
  type FrameMessage,
  VideoFrameDecoder,
  withoutDamage,
} from "./video-frame-decoder.ts";

interface VideoReceiverOptions extends Pick<ReceiverSettings, "decode" | "format" | "stallAfter"> {
  readonly reader: SampleReader;
  readonly onEvent: (event: "start" | "stall" | "resume") => void;
  readonly onFailure: (error: unknown) => void;
  /** Called for an undecodable frame. Returns `true` if the next frame will be a key frame in another encoding. */
  readonly onUndecodable: (metadata: unknown, error: unknown) => boolean;
  /** Never rejects. */
  readonly send: (message: CreditMessage | RefreshMessage) => Promise<void>;
}

type ReadyFrame = DecodedFrame & { readonly sequence: number };

/** The receiver's video lane: decodes frames in order, queues the decoded ones, and grants credit for consumed ones. */
export class VideoReceiver {
  readonly #options: VideoReceiverOptions;
  readonly #decoder: VideoFrameDecoder;
  readonly #window = new CreditWindow();
  readonly #refresh = new RefreshPolicy();
  readonly #stall: StallTimer | undefined;
  readonly #ages = new FrameAges();
  readonly #counts = { received: 0, consumed: 0, undecodable: 0, dropped: 0 };
  readonly #ready: ReadyFrame[] = [];
  /** Resolves when all frames that arrived are decoded. */
  #decoding: Promise<void> = Promise.resolve();
  /** Number of frames that are not decoded yet. */
  #undecoded = 0;
  /** Sequence number of the frame that the consumer holds and has not consumed. */
  #held: number | undefined;
  #hasStarted = false;
  #isWanted = true;
  #isClosed = false;
  /** Whether a frame was dropped since the last frame became ready. */
  #hasGap = false;
  #isGranting = false;
  /** Whether credit may have changed while a grant was being sent. */
  #isGrantDue = false;

  constructor(options: VideoReceiverOptions) {
    const { reader, stallAfter, onEvent } = options;
    this.#options = options;
    this.#decoder = new VideoFrameDecoder(options);
    const isWaiting = () => this.#isWanted && reader.awaiting("image") !== undefined;
    if (stallAfter !== undefined) this.#stall = new StallTimer({ stallAfter, isWaiting, onEvent });
  }

  get stats(): Pick<ReceiverStats, "video" | "credit" | "age" | "decodeTime"> {
    return {
      video: withPending(this.#counts),
      credit: this.#window.outstanding,
      age: this.#ages.summary,
      decodeTime: this.#decoder.times,
    };
  }

  /** Sets the clock of the uploader's timestamps. Ages are recorded only if this process uses the same clock. */
  setClock(clock: string | undefined): void {
    this.#ages.isSameClock = clock !== undefined && clock === clockId();
  }

  /** Sets the demand. Unwanted frames are dropped when they arrive. */
  setDemand(video: VideoDemand | null): void {
    this.#isWanted = video !== null;
    this.#ages.setWanted(this.#isWanted, now());
    // A null demand leaves this setting unchanged, because it still applies to the frame that the consumer holds.
    if (video) this.#window.setReportsEach(video.delivery === "all");
    else this.#dropReady();
    this.serve();
  }

  /** Receives a frame from the uploader and decodes it. A frame without credit is reported and dropped. */
  receive({ sequence, metadata }: ImageMessage<unknown>, message: FrameMessage): void {
    this.#counts.received++;
    if (!this.#window.accept(sequence)) {
      this.#counts.dropped++;
      message[Symbol.dispose]();
      this.#options.onFailure(new ProtocolError("ERR_PROTOCOL_NO_CREDIT", `no credit for frame ${sequence}`));
      return;
    }
    if (this.#undecoded++ === 0) this.#decoding = this.#decode(sequence, metadata, message);
    else this.#decoding = this.#decoding.then(() => this.#decode(sequence, metadata, message));
  }

  /** Marks the held frame as consumed, because the consumer requests the next sample. The data of the frame stays usable. */
  consumeHeld(): void {
    const sequence = this.#held;
    if (sequence === undefined) return;
    this.#held = undefined;
    this.#counts.consumed++;
    this.#window.release(sequence);
  }

  /** Delivers ready frames to pending `next()` calls, then grants the credit that has become free. */
  serve(): void {
    const queue = this.#options.reader.awaiting("image");
    while (queue?.isAwaited && this.#ready.length > 0) {
      queue.push(this.#take(this.#ready.shift() as ReadyFrame));
    }
    const isIdle = queue?.isAwaited === true;
    if (isIdle) this.#stall?.update();
    this.#isGrantDue = this.#isGranting;
    const granted = this.#isGranting ? undefined : this.#window.grant(isIdle);
    if (granted) this.#sendGrant(granted);
  }

  /** Reports which frames are consumed. Does not wait for a grant in flight, so that the report precedes a goodbye. */
  reportConsumed(): void {
    const granted = this.#window.finalGrant();
    if (granted) this.#options.send({ type: "credit", ...granted });
  }

  /** Resolves when all frames that arrived are decoded. Called when no more frames will arrive. */
  async end(): Promise<void> {
    await this.#decoding;
    this.#stall?.stop();
  }

  /** Drops the ready frames and those that are still being decoded. */
  close(): void {
    this.#isClosed = true;
    this.#stall?.stop();
    this.#dropReady();
  }

  async #decode(sequence: number, metadata: unknown, message: FrameMessage): Promise<void> {
    try {
      if (this.#isClosed) return this.#drop({ sequence, memory: message });
      const frame = await this.#decoder.decode(metadata, message);
      this.#refresh.isPending = false;
      if (this.#isWanted && !this.#isClosed) this.#keep(sequence, frame);
      else this.#drop({ sequence, ...frame });
      this.serve();
    } catch (error) {
      this.#onUndecodable(sequence, metadata, error);
    } finally {
      this.#undecoded--;
    }
  }

  #keep(sequence: number, { sample, memory }: DecodedFrame): void {
    this.#ready.push({ sequence, sample: this.#hasGap ? withoutDamage(sample) : sample, memory });
    this.#hasGap = false;
    if (!this.#hasStarted) this.#options.onEvent("start");
    this.#hasStarted = true;
    this.#stall?.arrive();
  }

  #onUndecodable(sequence: number, metadata: unknown, error: unknown): void {
    this.#counts.undecodable++;
    // The changed demand must precede the credit, so that the next frame has another encoding.
    const isOtherNext = this.#options.onUndecodable(metadata, error);
    this.#window.release(sequence);
    this.serve();
    if (isOtherNext) this.#refresh.isPending = true;
    else if (this.#refresh.isRequestNeeded(metadata, error)) this.#options.send({ type: "refresh" });
    this.#options.onFailure(error);
  }

  /** Creates the sample for the consumer, who holds the frame from then on. */
  #take({ sequence, sample, memory }: ReadyFrame): ReceivedImageSample {
    // With several pending next() calls, each one consumes the frame of the previous call.
    if (this.#held !== undefined) this.consumeHeld();
    this.#held = sequence;
    this.#window.hold(sequence);
    this.#ages.record(sample.timestamp, now());
    return {
      ...sample,
      [Symbol.dispose]: () => {
        if (this.#held === sequence) {
          this.consumeHeld();
          this.serve();
        }
        memory[Symbol.dispose]();
      },
    };
  }

  /** Sends one grant at a time, so that grants do not queue up for a peer that does not read. */
  async #sendGrant(granted: VideoCredit): Promise<void> {
    this.#isGranting = true;
    await this.#options.send({ type: "credit", ...granted });
    this.#isGranting = false;
    if (this.#isGrantDue) this.serve();
  }

  #dropReady(): void {
    this.#stall?.reset();
    for (const frame of this.#ready.splice(0)) this.#drop(frame);
  }

  #drop({ sequence, memory }: Pick<ReadyFrame, "sequence" | "memory">): void {
    this.#counts.dropped++;
    this.#hasGap = true;
    memory[Symbol.dispose]();
    this.#window.release(sequence);
  }
}
