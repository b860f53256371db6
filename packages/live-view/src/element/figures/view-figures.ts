import type { FiguresMessage, FrameMessage } from "../../wire/view-messages.ts";
import { RateMeter } from "./rate-meter.ts";

/** What a `<broadcast-view>` measures, and what its server reports. */
export interface Figures {
  /** Frames shown per second. */
  readonly fps: number;
  /**
   * Median age in ms of the frames shown since the last event: the time from the capture's timestamp until the browser
   * paints the frame, or from the moment at which the view connected or was shown again if that was later. Absent without
   * new frames, if the capture runs on another machine, and during the first moments.
   */
  readonly age?: number;
  /** Bytes of frames and audio received per second. */
  readonly bytesPerSecond: number;
  /** Size of the newest frame before rotation, in pixels. Absent before the first frame. */
  readonly width?: number;
  /** Height of the newest frame, see {@link width}. */
  readonly height?: number;
  /** Size of the newest frame before it was scaled for this viewer. */
  readonly fullWidth?: number;
  /** Height of the newest frame before scaling, see {@link fullWidth}. */
  readonly fullHeight?: number;
  /** Encoding of the newest frame, such as `"jpeg"` or `"delta"`, or `"raw"`. */
  readonly encoding?: string;
  /** Frames that newer ones replaced because this viewer was too slow, since `src` was set. */
  readonly replaced: number;
  /** Number of viewers, this one included. Absent until the server has reported it. */
  readonly viewers?: number;
}

/** Collects the {@link Figures} of a view. */
export class ViewFigures {
  readonly #shown = new RateMeter();
  readonly #bytes = new RateMeter();
  #ages: number[] = [];
  #frame: FrameMessage | undefined;
  #viewers: number | undefined;
  #replaced = 0;
  /** The part of `#replaced` that the current connection has added. */
  #counted = 0;

  /** Prepares for the counts of a new connection, which start at 0. */
  reset(): void {
    this.#counted = 0;
  }

  countBytes(bytes: number): void {
    this.#bytes.add(bytes);
  }

  countShown(frame: FrameMessage): void {
    this.#frame = frame;
    this.#shown.add();
  }

  /** Records the age in ms of a frame that is about to be painted. */
  countAge(age: number): void {
    this.#ages.push(age);
  }

  learn({ viewers, replaced }: FiguresMessage): void {
    this.#viewers = viewers;
    this.#replaced += Math.max(0, replaced - this.#counted);
    this.#counted = replaced;
  }

  /** Returns the current figures. The age is the median since the last call. */
  take(): Figures {
    const age = this.#ages.toSorted((one, other) => one - other)[this.#ages.length >> 1];
    this.#ages = [];
    const frame = this.#frame;
    return {
      fps: this.#shown.perSecond(),
      ...(age !== undefined && { age }),
      bytesPerSecond: this.#bytes.perSecond(),
      ...(frame && {
        width: frame.codedWidth,
        height: frame.codedHeight,
        fullWidth: frame.fullWidth,
        fullHeight: frame.fullHeight,
        encoding: "encoding" in frame ? frame.encoding : "raw",
      }),
      replaced: this.#replaced,
      ...(this.#viewers !== undefined && { viewers: this.#viewers }),
    };
  }
}
