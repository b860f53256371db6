import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { type ScheduledFrame, type Scheduler, VideoPump } from "@broadcast-ipc/protocol";
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

const scheduler: Scheduler = {
  now: () => performance.now(),
  schedule: (callback, delay) => {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/**
 * The video lane of one viewer. Only the newest frame waits. It is encoded when it can be sent: when the viewer has
 * acknowledged earlier frames and its maximum frame rate allows the next one.
 */
export class FrameFeed {
  readonly #sink: FrameFeedSink;
  readonly #pump = new VideoPump<PublishedFrame>({
    scheduler,
    release: () => {},
    send: (frame) => this.#deliver(frame),
  });
  /**
   * Belongs to this viewer alone, because the codec keeps the last frame as the base of the next delta. The page decodes
   * deltas of JPEG regions only. Without a JPEG engine, encoding fails with an error that says what to install.
   */
  readonly #codec = new BroadcastImageCodec({ encoding: "auto", deltaRegions: "jpeg" });
  #demand: FrameDemand | undefined;
  #sent = 0;
  #consumed = 0;
  #isClosed = false;

  constructor(sink: FrameFeedSink) {
    this.#sink = sink;
  }

  /** Frames replaced by newer ones. */
  get replaced(): number {
    return this.#pump.counts.replaced;
  }

  /** Takes a new frame. Its data must not change until a newer frame has been offered. */
  offer(frame: PublishedFrame): void {
    this.#pump.offer(frame, () => {});
  }

  /**
   * Sets the viewer's demand. The first demand sends the newest frame; a changed one sends it again if that makes a
   * difference.
   */
  setDemand(demand: FrameDemand): void {
    const { encoding, ...limits } = demand;
    this.#demand = demand;
    this.#pump.setDemand({ ...limits, encodings: encodings[encoding] });
    this.#grant();
  }

  /** The viewer has shown or discarded this frame and all earlier ones. */
  acknowledge(sequence: number): void {
    this.#consumed = Math.min(sequence, this.#sent);
    this.#grant();
  }

  /** Sends the newest frame again, complete. */
  refresh(): void {
    this.#pump.refresh();
  }

  /** Stops delivering frames. */
  close(): void {
    this.#isClosed = true;
    this.#pump.close();
  }

  /** Lets one raw frame be under way; of compressed frames two, so that one travels while the other is decoded. */
  #grant(): void {
    const window = this.#demand?.encoding === "raw" ? 1 : 2;
    this.#pump.acknowledge(this.#consumed + window, this.#consumed);
  }

  /** Never rejects. */
  async #deliver(frame: ScheduledFrame<PublishedFrame>): Promise<"sent" | "failed" | "closed"> {
    const { sample, sequence, keyFrame } = frame;
    const { encoding = "auto", maxWidth, maxHeight } = this.#demand ?? {};
    const options = { encodings: encodings[encoding], maxWidth, maxHeight, keyFrame };
    try {
      const { metadata, data } = await this.#codec.encode(sample, options);
      if (this.#isClosed) return "closed";
      const { codedWidth: fullWidth, codedHeight: fullHeight } = sample;
      this.#sent = sequence;
      this.#sink.onFrame({ type: "frame", sequence, fullWidth, fullHeight, ...metadata }, data);
      return "sent";
    } catch (error) {
      if (this.#isClosed) return "closed";
      this.#sink.onFailure(error as Error);
      return "failed";
    }
  }
}
