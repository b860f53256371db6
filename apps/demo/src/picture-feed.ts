import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { type ScheduledFrame, VideoLane } from "@broadcast-ipc/protocol";
import type { PictureDemand, PictureMessage } from "./page/page-messages.ts";

/** A picture as it is published. */
export type PublishedPicture = ImageSample | EncodedImageSample;

/** Where a {@link PictureFeed} delivers. */
export interface PictureFeedSink {
  /** A picture goes to the viewer now. */
  onPicture(message: PictureMessage, data: Uint8Array): void;
  /** A picture could not be made as the viewer wants it; the next one is tried again. */
  onFailure(error: Error): void;
}

/** What the codec may choose from. What is compressed already passes untouched where that is among them. */
const encodings: Record<PictureDemand["encoding"], readonly string[]> = {
  auto: ["delta", "jpeg", "png", "webp"],
  raw: ["raw"],
  jpeg: ["jpeg"],
  delta: ["delta"],
};

/**
 * The pictures of one viewer, as that viewer wants them. Only the newest one waits, and it is encoded when its turn
 * comes: when the viewer has acknowledged what it got before, and no sooner than its frame rate allows.
 */
export class PictureFeed {
  readonly #sink: PictureFeedSink;
  readonly #lane = new VideoLane<PublishedPicture>(() => {});
  /** Of this viewer alone, since it remembers what it told of changes. */
  /** Pages decode deltas only as JPEG. Without a JPEG engine they get an error that says what to install. */
  readonly #codec = new BroadcastImageCodec({ encoding: "auto", deltaRegions: "jpeg" });
  #demand: PictureDemand | undefined;
  #sent = 0;
  #consumed = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(sink: PictureFeedSink) {
    this.#sink = sink;
  }

  /** Pictures that gave way to a newer one. */
  get replaced(): number {
    return this.#lane.counts.replaced;
  }

  /** Takes a new picture, whose data must not change as long as there is none that is newer. */
  offer(picture: PublishedPicture): void {
    this.#lane.offer(picture, () => {});
    this.#pump();
  }

  /**
   * Notes what the viewer wants. Until it has said that, it gets nothing; then the newest picture, and the same one again
   * where it would come otherwise now.
   */
  setDemand(demand: PictureDemand): void {
    const { encoding, ...limits } = demand;
    this.#demand = demand;
    this.#lane.setDemand({ ...limits, encodings: encodings[encoding] });
    this.#grant();
  }

  /** Notes that a viewer is done with a picture and all before it. */
  acknowledge(sequence: number): void {
    this.#consumed = Math.min(sequence, this.#sent);
    this.#grant();
  }

  /** Sends the newest picture again, and whole. */
  refresh(): void {
    this.#lane.refresh();
    this.#pump();
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#lane.close();
  }

  /** Raw pixels go one picture at a time. Of others two may be under way: one travels while one is decoded. */
  #grant(): void {
    const window = this.#demand?.encoding === "raw" ? 1 : 2;
    this.#lane.acknowledge(this.#consumed + window, this.#consumed);
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const now = performance.now();
    const turn = this.#lane.take(now);
    const { dueAt } = this.#lane;
    if (turn !== undefined) this.#deliver(turn);
    else if (dueAt !== undefined) this.#timer = setTimeout(() => this.#pump(), Math.ceil(dueAt - now));
  }

  /** Never rejects. */
  async #deliver({ sample, sequence, keyFrame }: ScheduledFrame<PublishedPicture>): Promise<void> {
    const { encoding = "auto", maxWidth, maxHeight } = this.#demand ?? {};
    const options = { encodings: encodings[encoding], maxWidth, maxHeight, keyFrame };
    try {
      const { metadata, data } = await this.#codec.encode(sample, options);
      if (this.#isClosed) return;
      const { codedWidth: fullWidth, codedHeight: fullHeight } = sample;
      this.#sent = sequence;
      this.#sink.onPicture({ type: "picture", sequence, fullWidth, fullHeight, ...metadata }, data);
      this.#lane.finish("sent");
    } catch (error) {
      if (this.#isClosed) return;
      this.#lane.finish("failed");
      this.#sink.onFailure(error as Error);
    }
    this.#pump();
  }
}
