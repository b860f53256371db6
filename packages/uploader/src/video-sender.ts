import {
  type BroadcastImageCodec,
  type EncodedImageSample,
  ImageCodecError,
  type ImageSample,
  parseImageMetadata,
} from "@broadcast-ipc/image-codec";
import {
  type ImageMessage,
  type UploadCounts,
  type UploadOutcome,
  VideoLane,
  type VideoTurn,
} from "@broadcast-ipc/protocol";
import type { SendOutcome } from "./send-outcome.ts";

/** A picture as it was captured. */
export type Picture = ImageSample | EncodedImageSample;

interface VideoSenderOptions {
  readonly codec: BroadcastImageCodec;
  /** Never rejects. */
  readonly send: (message: ImageMessage, data: Uint8Array) => Promise<SendOutcome>;
  readonly release: (sample: Picture) => void;
  readonly onFailure: (error: unknown) => void;
}

/** The uploader's picture lane: encodes and sends one picture at a time, whenever a {@link VideoLane} says that it is time. */
export class VideoSender {
  readonly #options: VideoSenderOptions;
  readonly #lane: VideoLane<Picture>;

  constructor(options: VideoSenderOptions) {
    this.#options = options;
    this.#lane = new VideoLane(options.release);
  }

  get counts(): UploadCounts {
    return this.#lane.counts;
  }

  /** Takes the newest picture; `settle` is called once. What is no picture never replaces one. */
  offer(sample: Picture, settle: (outcome: UploadOutcome) => void): void {
    try {
      checkPicture(sample);
    } catch (error) {
      this.#options.onFailure(error);
      this.#lane.refuse(sample, settle);
      return;
    }
    this.#lane.offer(sample, settle);
    this.#sendDue();
  }

  setDemand(isWanted: boolean): void {
    this.#lane.setDemand(isWanted);
    this.#sendDue();
  }

  credit(through: number): void {
    this.#lane.credit(through);
    this.#sendDue();
  }

  refresh(): void {
    this.#lane.refresh();
    this.#sendDue();
  }

  close(): void {
    this.#lane.close();
  }

  /** {@link VideoLane.take} gives one turn at a time, so however often this is called, one picture is under way. */
  async #sendDue(): Promise<void> {
    for (let turn = this.#lane.take(); turn; turn = this.#lane.take()) {
      this.#lane.finish(await this.#send(turn));
    }
  }

  async #send({ sample, sequence }: VideoTurn<Picture>): Promise<SendOutcome> {
    try {
      const { metadata, data } = await this.#options.codec.encode(sample);
      return await this.#options.send({ type: "image", sequence, metadata }, data);
    } catch (error) {
      this.#options.onFailure(error);
      return "failed";
    }
  }
}

/** Whether the data fits is left to the codec, which sees it when the picture's turn has come. */
function checkPicture(sample: Picture): void {
  try {
    parseImageMetadata(sample);
  } catch (cause) {
    throw new ImageCodecError("ERR_IMAGE_INVALID_SAMPLE", "what was uploaded is no picture", { cause });
  }
}
