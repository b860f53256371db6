import { DurationHistogram, type DurationSummary, now as monotonicNow } from "@broadcast-ipc/clock";
import {
  type CheckedImageSample,
  checkImageSample,
  type EncodedImageSample,
  type ImageSample,
} from "@broadcast-ipc/image-codec";
import { type VideoFrame, VideoRotation, VideoSource } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { FramePreparer } from "./frame-preparer.ts";
import { FrameTimestamps } from "./frame-timestamps.ts";

/** A video frame as a receiver yields it. */
export type VideoSample = ImageSample | EncodedImageSample;

/** Options of {@link VideoFeed.open}. */
export interface VideoFeedOptions {
  /** Returns microseconds of the clock of the samples. Default: `now` of `@broadcast-ipc/clock`. */
  readonly now?: () => number;
}

/** Statistics of a {@link VideoFeed}. */
export interface VideoFeedStats {
  /** Frames that were handed to the LiveKit library. */
  readonly frames: number;
  /**
   * From capture to hand-over, in ms, without repeated frames. An age below zero or over an hour is left out, because
   * the timestamp is from another machine's clock.
   */
  readonly age: DurationSummary | undefined;
}

const rotations = {
  0: VideoRotation.VIDEO_ROTATION_0,
  90: VideoRotation.VIDEO_ROTATION_90,
  180: VideoRotation.VIDEO_ROTATION_180,
  270: VideoRotation.VIDEO_ROTATION_270,
} as const;

/** In microseconds. */
const maxAge = 3_600_000_000;

/**
 * Hands samples of any format, size, rotation and colour space to one `VideoSource` of the LiveKit library.
 *
 * Frames whose sides are not multiples of four are padded to the next multiple by repeating the last column and the
 * last row, because the library crops such frames. Viewers see all columns and rows of the sample, and at most three
 * repeated ones. The padding is at the right and at the bottom before the rotation is applied.
 */
export class VideoFeed {
  /** The source stays the same when the size of the samples changes. */
  readonly source: VideoSource;
  readonly #now: () => number;
  readonly #preparer: FramePreparer;
  readonly #timestamps: FrameTimestamps;
  readonly #age = new DurationHistogram();
  #frames = 0;
  #turn: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(source: VideoSource, preparer: FramePreparer, now: () => number) {
    this.source = source;
    this.#preparer = preparer;
    this.#now = now;
    this.#timestamps = new FrameTimestamps(now);
  }

  /**
   * Creates a source of the sample's size and hands the sample over. Rejects like {@link capture}. No source is left
   * open then.
   */
  static async open(sample: VideoSample, options: VideoFeedOptions = {}): Promise<VideoFeed> {
    const preparer = new FramePreparer();
    const checked = checkSample(sample);
    const frame = await prepareFrame(preparer, checked);
    const isSideways = checked.rotation === 90 || checked.rotation === 270;
    const [width, height] = isSideways ? [frame.height, frame.width] : [frame.width, frame.height];
    // Opened only now, because a source sends black frames until its first frame, and is never freed without one.
    const source = new VideoSource(width, height);
    const feed = new VideoFeed(source, preparer, options.now ?? monotonicNow);
    try {
      feed.#handOver(frame, checked);
    } catch (error) {
      await feed.close();
      throw error;
    }
    return feed;
  }

  /** Width of the first frame as viewers see it: padded to a multiple of four and rotated. */
  get width(): number {
    return this.source.width;
  }

  /** Height of the first frame as viewers see it: padded to a multiple of four and rotated. */
  get height(): number {
    return this.source.height;
  }

  get stats(): VideoFeedStats {
    return { frames: this.#frames, age: this.#age.summary };
  }

  /**
   * Hands a sample over. A raw sample that needs no conversion is handed over before the call returns, unless an
   * earlier sample is still being decoded. Samples are handed over in the order of the calls; the number of waiting
   * calls is not limited.
   *
   * `sample.data` must not change until the promise settles. Afterwards the feed does not use it. The feed never
   * disposes a sample. Rejects with `ERR_LIVEKIT_INVALID_SAMPLE` if the sample is invalid or cannot be decoded; `cause`
   * is then the `ImageCodecError`, if there is one. Nothing is handed over in that case, and later samples are not
   * affected. After {@link close}, samples are ignored.
   */
  capture(sample: VideoSample): Promise<void> {
    const turn = this.#turn ? this.#turn.then(() => this.#capture(sample)) : this.#capture(sample);
    const settled: Promise<void> = turn
      .catch(() => {})
      .then(() => {
        if (this.#turn === settled) this.#turn = undefined;
      });
    this.#turn = settled;
    return turn;
  }

  /** Closes the source. A sample that is being decoded is not handed over. */
  close(): Promise<void> {
    this.#closing ??= this.source.close();
    return this.#closing;
  }

  async #capture(sample: VideoSample): Promise<void> {
    if (this.#closing) return;
    const checked = checkSample(sample);
    const prepared = prepareFrame(this.#preparer, checked);
    const frame = prepared instanceof Promise ? await prepared : prepared;
    if (!this.#closing) this.#handOver(frame, checked);
  }

  /** The library copies or converts the pixels before this method returns. */
  #handOver(frame: VideoFrame, { rotation = 0, timestamp }: CheckedImageSample): void {
    const { value, isRepeated } = this.#timestamps.next(timestamp);
    try {
      this.source.captureFrame(frame, value, rotations[rotation]);
    } catch (cause) {
      throw invalidSample("The LiveKit library rejected a video frame", cause);
    }
    this.#frames += 1;
    const age = this.#now() - timestamp;
    if (!isRepeated && age >= 0 && age <= maxAge) this.#age.record(age);
  }
}

function checkSample(sample: unknown): CheckedImageSample {
  try {
    return checkImageSample(sample);
  } catch (cause) {
    throw invalidSample("A video sample is invalid", cause);
  }
}

function prepareFrame(preparer: FramePreparer, sample: CheckedImageSample): VideoFrame | Promise<VideoFrame> {
  const fail = (cause: unknown): never => {
    throw invalidSample("A video sample cannot be published", cause);
  };
  try {
    const frame = preparer.prepare(sample);
    return frame instanceof Promise ? frame.catch(fail) : frame;
  } catch (cause) {
    return fail(cause);
  }
}

function invalidSample(message: string, cause: unknown): LiveKitPublisherError {
  if (cause instanceof LiveKitPublisherError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LiveKitPublisherError("ERR_LIVEKIT_INVALID_SAMPLE", `${message}: ${reason}`, { cause });
}
