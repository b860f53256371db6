import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { type ScheduledFrame, VideoLane } from "@broadcast-ipc/protocol";
import type { FrameDemand, FrameMessage } from "./page/page-messages.ts";

/** A frame that is published to the viewers. */
export type PublishedFrame = ImageSample | EncodedImageSample;

/** Callbacks of a {@link FrameFeed}. */
export interface FrameFeedSink {
  /** Sends a frame to the viewer. */
  onFrame(message: FrameMessage, data: Uint8Array): void;
  /** A frame could not be encoded as the viewer demands. The feed goes on with the next one. */
  onFailure(error: Error): void;
}

/** Encodings that the codec may choose for each demand. Compressed frames in one of them pass through unchanged. */
const encodings: Record<FrameDemand["encoding"], readonly string[]> = {
  auto: ["delta", "jpeg", "png", "webp"],
  raw: ["raw"],
  jpeg: ["jpeg"],
  delta: ["delta"],
};

/**
 * The video lane of one viewer. Only the newest frame waits. It is encoded when it can be sent: when the viewer has
 * acknowledged earlier frames and its maximum frame rate allows the next one.
 */
export class FrameFeed {
  readonly #sink: FrameFeedSink;
  readonly #lane = new VideoLane<PublishedFrame>(() => {});
  /**
   * Belongs to this viewer alone, because the codec keeps the last frame as the base of the next delta. The page decodes
   * deltas of JPEG regions only. Without a JPEG engine, encoding fails with an error that says what to install.
   */
  readonly #codec = new BroadcastImageCodec({ encoding: "auto", deltaRegions: "jpeg" });
  #demand: FrameDemand | undefined;
  #sent = 0;
  #consumed = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(sink: FrameFeedSink) {
    this.#sink = sink;
  }

  /** Frames replaced by newer ones. */
  get replaced(): number {
    return this.#lane.counts.replaced;
  }

  /** Takes a new frame. Its data must not change until a newer frame has been offered. */
  offer(frame: PublishedFrame): void {
    this.#lane.offer(frame, () => {});
    this.#pump();
  }

  /**
   * Sets the viewer's demand. The first demand sends the newest frame; a changed one sends it again if that makes a
   * difference.
   */
  setDemand(demand: FrameDemand): void {
    const { encoding, ...limits } = demand;
    this.#demand = demand;
    this.#lane.setDemand({ ...limits, encodings: encodings[encoding] });
    this.#grant();
  }

  /** The viewer has shown or discarded this frame and all earlier ones. */
  acknowledge(sequence: number): void {
    this.#consumed = Math.min(sequence, this.#sent);
    this.#grant();
  }

  /** Sends the newest frame again, complete. */
  refresh(): void {
    this.#lane.refresh();
    this.#pump();
  }

  /** Stops delivering frames. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#lane.close();
  }

  /** Lets one raw frame be under way; of compressed frames two, so that one travels while the other is decoded. */
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
  async #deliver({ sample, sequence, keyFrame }: ScheduledFrame<PublishedFrame>): Promise<void> {
    const { encoding = "auto", maxWidth, maxHeight } = this.#demand ?? {};
    const options = { encodings: encodings[encoding], maxWidth, maxHeight, keyFrame };
    try {
      const { metadata, data } = await this.#codec.encode(sample, options);
      if (this.#isClosed) return;
      const { codedWidth: fullWidth, codedHeight: fullHeight } = sample;
      this.#sent = sequence;
      this.#sink.onFrame({ type: "frame", sequence, fullWidth, fullHeight, ...metadata }, data);
      this.#lane.finish("sent");
    } catch (error) {
      if (this.#isClosed) return;
      this.#lane.finish("failed");
      this.#sink.onFailure(error as Error);
    }
    this.#pump();
  }
}
