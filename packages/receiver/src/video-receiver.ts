import type { DurationSummary } from "@broadcast-ipc/clock";
import {
  type CreditMessage,
  CreditWindow,
  type ImageMessage,
  ProtocolError,
  type RefreshMessage,
  type VideoDemand,
} from "@broadcast-ipc/protocol";
import type { ReceiverSettings } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { ReceivedImageSample } from "./sample.ts";
import {
  type DecodedFrame,
  type IncomingFrame,
  isBaseMissing,
  isWholeDelta,
  VideoFrameDecoder,
} from "./video-frame-decoder.ts";

interface VideoReceiverOptions extends Pick<ReceiverSettings, "decode" | "format"> {
  /** Whether the consumer waits for a sample. */
  readonly isIdle: () => boolean;
  readonly onReady: () => void;
  readonly onFailure: (error: unknown) => void;
  /** Called for a picture that cannot be decoded. Returns `true` if the next pictures will be whole and in another encoding. */
  readonly onUndecodable: (metadata: unknown, error: unknown) => boolean;
  /** Never rejects. */
  readonly send: (message: CreditMessage | RefreshMessage) => Promise<void>;
}

interface ReadyFrame extends DecodedFrame {
  readonly sequence: number;
}

/** The receiver's picture lane: decodes pictures in order as they come, keeps those that wait, and gives credit for those that are consumed. */
export class VideoReceiver {
  readonly #options: VideoReceiverOptions;
  readonly #decoder: VideoFrameDecoder;
  readonly #window = new CreditWindow();
  readonly #counts = { received: 0, consumed: 0, undecodable: 0, dropped: 0 };
  readonly #ready: ReadyFrame[] = [];
  /** Ends with the decoding of the last picture that came. */
  #decoding: Promise<void> = Promise.resolve();
  /** The number of the picture that the consumer has and that is not consumed. */
  #held: number | undefined;
  #isWanted = true;
  #isClosed = false;
  /** Whether the consumer will never see the picture before the next one. */
  #hasGap = false;
  /** Whether a grant is on its way out. */
  #isGranting = false;
  /** Whether a whole picture was asked for, and none has been decoded since. */
  #isRefreshing = false;

  constructor(options: VideoReceiverOptions) {
    this.#options = options;
    this.#decoder = new VideoFrameDecoder(options);
  }

  get counts(): ReceiverStats["video"] {
    const { received, consumed, undecodable, dropped } = this.#counts;
    return { ...this.#counts, pending: received - consumed - undecodable - dropped };
  }

  /** How many pictures may still come without more credit. */
  get credit(): number {
    return this.#window.outstanding;
  }

  /** How long it took to decode a picture, where one had to be. */
  get decodeTimes(): DurationSummary | undefined {
    return this.#decoder.times;
  }

  /** Resolves when all pictures that came are decoded. */
  get decoded(): Promise<void> {
    return this.#decoding;
  }

  /** Pictures that come while they are not wanted are dropped. */
  setDemand(video: VideoDemand | null): void {
    this.#isWanted = video !== null;
    // Who wants none for now still says what becomes of those that it has.
    if (video) this.#window.setReportsEach(video.delivery === "all");
    if (!this.#isWanted) this.#dropReady();
    this.giveCredit();
  }

  /** Drops what waits and what is still to come. */
  close(): void {
    this.#isClosed = true;
    this.#dropReady();
  }

  /** Takes a picture as it came; `onReady` follows when it can be handed out. */
  push({ sequence, metadata }: ImageMessage<unknown>, message: IncomingFrame): void {
    this.#counts.received++;
    if (this.#window.accept(sequence)) {
      this.#decoding = this.#decoding.then(() => this.#decode(sequence, metadata, message));
      return;
    }
    this.#counts.dropped++;
    message[Symbol.dispose]();
    this.#options.onFailure(
      new ProtocolError("ERR_PROTOCOL_NO_CREDIT", `picture ${sequence} came without credit`),
    );
  }

  /** The oldest picture that is ready; the consumer holds it from here on, until it disposes it, or comes for the next one. */
  take(): ReceivedImageSample | undefined {
    const picture = this.#ready.shift();
    if (!picture) return undefined;
    // Where several `next()` were called at once, the one that this picture is for came after the last one's.
    this.consumeHeld();
    const { sequence, sample, memory } = picture;
    this.#held = sequence;
    this.#window.hold(sequence);
    return {
      ...sample,
      [Symbol.dispose]: () => {
        if (this.#held === sequence) this.consumeHeld();
        memory[Symbol.dispose]();
      },
    };
  }

  /** The consumer has come for the next sample, and so is done with the picture that it held; it may still look at its data. */
  consumeHeld(): void {
    const sequence = this.#held;
    if (sequence === undefined) return;
    this.#held = undefined;
    this.#counts.consumed++;
    this.#window.release(sequence);
    this.giveCredit();
  }

  /** Grants what may be sent now; to be called whenever the consumer begins to wait. */
  giveCredit(): void {
    this.#window.setIdle(this.#options.isIdle());
    const granted = this.#isGranting ? undefined : this.#window.grant();
    if (granted) this.#grant(granted);
  }

  /** Reports which pictures are consumed, without more credit. Called before the connection is closed. */
  tellConsumed(): void {
    // Does not wait for a grant that is being sent: the next grant would come after the goodbye.
    const granted = this.#window.finalGrant();
    if (granted) this.#options.send({ type: "credit", ...granted });
  }

  /** One grant at a time, and then what has come together: for a peer that only ever sends they would pile up. */
  async #grant(granted: Omit<CreditMessage, "type">): Promise<void> {
    this.#isGranting = true;
    await this.#options.send({ type: "credit", ...granted });
    this.#isGranting = false;
    this.giveCredit();
  }

  async #decode(sequence: number, metadata: unknown, message: IncomingFrame): Promise<void> {
    if (this.#isClosed) return this.#drop({ sequence, memory: message });
    try {
      const picture = { ...(await this.#decoder.decode(metadata, message)), sequence };
      this.#isRefreshing = false;
      if (!this.#isWanted || this.#isClosed) return this.#drop(picture);
      this.#ready.push(this.#hasGap ? withoutDamage(picture) : picture);
      this.#hasGap = false;
      this.#options.onReady();
    } catch (error) {
      this.#counts.undecodable++;
      // The new demand goes before the credit, so that the next picture is not encoded like this one.
      const isOtherNext = this.#options.onUndecodable(metadata, error);
      this.#release(sequence);
      // What was asked for is broken as well: one that builds on it will ask again, if any comes.
      if (isOtherNext) this.#isRefreshing = true;
      else if (this.#isRefreshing && isWholeDelta(metadata)) this.#isRefreshing = false;
      else if (isBaseMissing(metadata, error)) this.#refresh();
      this.#options.onFailure(error);
    }
  }

  /** Asks for a whole picture, once: an uploader whose pictures can never be decoded must not send them round and round. */
  #refresh(): void {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    this.#options.send({ type: "refresh" });
  }

  #dropReady(): void {
    for (const picture of this.#ready.splice(0)) this.#drop(picture);
  }

  #drop({ sequence, memory }: Pick<ReadyFrame, "sequence" | "memory">): void {
    this.#counts.dropped++;
    this.#hasGap = true;
    memory[Symbol.dispose]();
    this.#release(sequence);
  }

  #release(sequence: number): void {
    this.#window.release(sequence);
    this.giveCredit();
  }
}

/** Says what changed no more, since that is told against a picture that was dropped. */
function withoutDamage({ sample, ...rest }: ReadyFrame): ReadyFrame {
  if (!("damage" in sample)) return { sample, ...rest };
  const { damage, ...whole } = sample;
  return { sample: whole, ...rest };
}
