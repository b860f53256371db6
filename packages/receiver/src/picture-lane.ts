import {
  BroadcastImageCodec,
  type EncodedImageSample,
  type ImageSample,
  parseImageMetadata,
} from "@broadcast-ipc/image-codec";
import { CreditWindow, type ImageMessage, ProtocolError } from "@broadcast-ipc/protocol";
import type { ReceiverSettings } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { PictureSample } from "./sample.ts";

interface PictureLaneOptions extends Pick<ReceiverSettings, "decode" | "format"> {
  /** Whether the consumer waits for a sample. */
  readonly isIdle: () => boolean;
  readonly onReady: () => void;
  readonly onFailure: (error: unknown) => void;
  readonly sendCredit: (through: number) => void;
}

/** The receiver's picture lane: decodes pictures in order as they come, keeps those that wait, and gives credit for those that are consumed. */
export class PictureLane {
  readonly #options: PictureLaneOptions;
  readonly #codec = new BroadcastImageCodec();
  readonly #window = new CreditWindow();
  readonly #counts = { received: 0, consumed: 0, undecodable: 0, dropped: 0 };
  readonly #ready: (ImageSample | EncodedImageSample)[] = [];
  /** Ends with the decoding of the last picture that came. */
  #decoding: Promise<void> = Promise.resolve();
  #held: PictureSample | undefined;
  #isWanted = true;

  constructor(options: PictureLaneOptions) {
    this.#options = options;
  }

  get counts(): ReceiverStats["video"] {
    const { received, consumed, undecodable, dropped } = this.#counts;
    return { ...this.#counts, pending: received - consumed - undecodable - dropped };
  }

  /** Resolves when all pictures that came are decoded. */
  get decoded(): Promise<void> {
    return this.#decoding;
  }

  /** Pictures that come while they are not wanted are dropped. */
  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) for (const _ of this.#ready.splice(0)) this.#skip("dropped");
    this.giveCredit();
  }

  /** Takes a picture as it came; `onReady` follows when it can be handed out. */
  push(message: ImageMessage<unknown>, data: Uint8Array | undefined): void {
    this.#counts.received++;
    if (!this.#window.accept(message.sequence)) {
      this.#counts.dropped++;
      this.#options.onFailure(
        new ProtocolError("ERR_PROTOCOL_NO_CREDIT", `picture ${message.sequence} came without credit`),
      );
      return;
    }
    this.#decoding = this.#decoding.then(() => this.#decode(message.metadata, data));
  }

  /** The oldest picture that is ready. */
  shift(): PictureSample | undefined {
    const picture = this.#ready.shift();
    if (!picture) return undefined;
    let isConsumed = false;
    const consume = () => {
      if (isConsumed) return;
      isConsumed = true;
      this.#held = undefined;
      this.#counts.consumed++;
      this.#window.release();
      this.giveCredit();
    };
    return { ...picture, [Symbol.dispose]: consume };
  }

  /** The consumer was handed the picture, and holds it until it disposes it, or comes for the next one. */
  hold(picture: PictureSample): void {
    // Where several `next()` were called at once, the one that this picture is for came after the last one's.
    this.consumeHeld();
    this.#held = picture;
    this.#window.hold();
  }

  /** The consumer has come for the next sample, and so is done with the picture that it held. */
  consumeHeld(): void {
    this.#held?.[Symbol.dispose]();
  }

  /** Grants what may be sent now; to be called whenever the consumer begins to wait. */
  giveCredit(): void {
    this.#window.setIdle(this.#options.isIdle());
    const through = this.#window.grant();
    if (through !== undefined) this.#options.sendCredit(through);
  }

  async #decode(metadata: unknown, data: Uint8Array | undefined): Promise<void> {
    if (!this.#isWanted) return this.#skip("dropped");
    try {
      const picture = await this.#sampleOf(parseImageMetadata(metadata), data);
      if (!this.#isWanted) return this.#skip("dropped");
      this.#ready.push(picture);
      this.#options.onReady();
    } catch (error) {
      this.#skip("undecodable");
      this.#options.onFailure(error);
    }
  }

  #sampleOf(
    metadata: ReturnType<typeof parseImageMetadata>,
    data: Uint8Array | undefined,
  ): Promise<ImageSample | EncodedImageSample> | EncodedImageSample {
    const { decode, format } = this.#options;
    if (!decode && "encoding" in metadata && data?.length) return { type: "image", ...metadata, data };
    return this.#codec.decode(data, metadata, format && { format });
  }

  #skip(outcome: "undecodable" | "dropped"): void {
    this.#counts[outcome]++;
    this.#window.skip();
    this.giveCredit();
  }
}
