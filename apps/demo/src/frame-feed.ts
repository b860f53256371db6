import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { type ScheduledFrame, type Scheduler, VideoPump } from "@broadcast-ipc/protocol";
import type { FrameDemand, FrameMessage } from "./page/page-messages.ts";

/** A raw or compressed frame for the viewers. */
export type PublishedFrame = ImageSample | EncodedImageSample;

/** Callbacks of a {@link FrameFeed}. */
export interface FrameFeedSink {
  /** Sends a frame to the viewer. */
  onFrame(message: FrameMessage, data: Uint8Array): void;
  /** Reports a frame that could not be encoded as the viewer demands. The feed continues with the next frame. */
  onFailure(error: Error): void;
}

/**
 * Encodings that the codec may use, for each encoding that a viewer can demand. A frame that already has one of the
 * allowed encodings is sent unchanged.
 */
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
 * The video lane of one viewer. Only the newest frame waits. The waiting frame is encoded and sent as soon as the
 * viewer has acknowledged earlier frames and the demanded frame rate allows another frame.
 */
export class FrameFeed {
  readonly #sink: FrameFeedSink;
  readonly #pump = new VideoPump<PublishedFrame>({
    scheduler,
    release: () => {},
    send: (frame) => this.#deliver(frame),
  });
  /**
   * Each viewer has its own codec, because the codec keeps the last frame as the base of the next delta. Delta regions
   * are JPEG, because the page cannot decode other regions. Without a JPEG engine, encoding fails with an error that
   * names the package to install.
   */
  readonly #codec = new BroadcastImageCodec({ encoding: "auto", deltaRegions: "jpeg" });
  #demand: FrameDemand | undefined;
  #sent = 0;
  #consumed = 0;
  #isClosed = false;

  constructor(sink: FrameFeedSink) {
    this.#sink = sink;
  }

  /** Number of frames replaced by newer ones before they were sent. */
  get replaced(): number {
    return this.#pump.counts.replaced;
  }

  /** Offers a new frame, which replaces a waiting one. The frame's data must not change until the next call. */
  offer(frame: PublishedFrame): void {
    this.#pump.offer(frame, () => {});
  }

  /**
   * Sets the viewer's demand. After the first demand, the newest frame is sent. After a later demand, the newest frame
   * is sent again if the demand changes how the frame looks.
   */
  setDemand(demand: FrameDemand): void {
    const { encoding, ...limits } = demand;
    this.#demand = demand;
    this.#pump.setDemand({ ...limits, encodings: encodings[encoding] });
    this.#grant();
  }

  /** Records that the viewer has shown or discarded this frame and all earlier frames. */
  acknowledge(sequence: number): void {
    this.#consumed = Math.min(sequence, this.#sent);
    this.#grant();
  }

  /** Sends the newest frame again, as a key frame. */
  refresh(): void {
    this.#pump.refresh();
  }

  /** Stops delivering frames. */
  close(): void {
    this.#isClosed = true;
    this.#pump.close();
  }

  /**
   * Allows one raw frame in flight, or two compressed frames, so that one is transferred while the other is decoded.
   */
  #grant(): void {
    const window = this.#demand?.encoding === "raw" ? 1 : 2;
    this.#pump.acknowledge(this.#consumed + window, this.#consumed);
  }

  /** Encodes and sends a frame. Never rejects; errors go to {@link FrameFeedSink.onFailure}. */
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
