import type { OutboundLayer, OutboundVideo } from "./observe-outbound.ts";

/** Rate from which the library's `fps` is exact enough to count spatial layers. */
const reliableFps = 5;

/** Frames per second over a window. */
export interface FrameRates {
  /** Frames that were handed to the library. */
  readonly captured: number;
  /** Frames that the library sends. */
  readonly sent: number;
}

/** Measures how many of the captured frames the library sends. */
export class RateWindow {
  #start = 0;
  #startFrames = 0;
  #startSourceFrames = 0;
  #startLayers: readonly OutboundLayer[] = [];
  /** `fps` at each observation in the window. */
  #fpsSeen: number[] = [];
  /** Number of spatial layers of SVC. `framesEncoded` counts each layer of a frame. */
  #layersPerFrame = 1;

  /**
   * Returns the rates and starts the next window once the window is at least `length` ms long; returns `undefined` before.
   * The window starts again if a counter starts again, as with a new connection, or if other layers are active. `now` is in
   * ms.
   */
  observe(video: OutboundVideo, capturedFrames: number, length: number, now: number): FrameRates | undefined {
    const active = activeLayers(video);
    if (!this.#continues(active, video.sourceFrames, capturedFrames)) {
      this.restart(video, capturedFrames, now);
      return undefined;
    }
    this.#fpsSeen.push(Math.max(0, ...active.map(({ fps }) => fps)));
    const elapsed = now - this.#start;
    if (elapsed < length) return undefined;
    const perSecond = (frames: number) => (frames * 1_000) / elapsed;
    const rates: FrameRates = {
      captured: perSecond(capturedFrames - this.#startFrames),
      // While the library limits the size or rate, the encoder drops frames only until the library has adapted. The rate
      // that reaches the encoder is used then, because a lower rate would slow the adaptation down.
      sent: active.some(({ limitation }) => limitation !== "none")
        ? perSecond(video.sourceFrames - this.#startSourceFrames)
        : this.#encodedRate(perSecond(Math.max(0, ...this.#growthOf(active)))),
    };
    this.restart(video, capturedFrames, now);
    return rates;
  }

  /** Starts a new window. `now` is in ms. */
  restart(video: OutboundVideo, capturedFrames: number, now: number): void {
    this.#start = now;
    this.#startFrames = capturedFrames;
    this.#startSourceFrames = video.sourceFrames;
    this.#startLayers = activeLayers(video);
    this.#fpsSeen = [];
  }

  #continues(active: readonly OutboundLayer[], sourceFrames: number, capturedFrames: number): boolean {
    return (
      active.length > 0 &&
      active.length === this.#startLayers.length &&
      active.every(({ rid }, index) => rid === this.#startLayers[index]?.rid) &&
      this.#growthOf(active).every((growth) => growth >= 0) &&
      sourceFrames >= this.#startSourceFrames &&
      capturedFrames >= this.#startFrames
    );
  }

  /** Returns the number of frames of each layer that were encoded in the window. */
  #growthOf(active: readonly OutboundLayer[]): number[] {
    return active.map(
      ({ framesEncoded }, index) => framesEncoded - (this.#startLayers[index]?.framesEncoded ?? 0),
    );
  }

  #encodedRate(counted: number): number {
    const fps = this.#fpsSeen.reduce((sum, seen) => sum + seen, 0) / this.#fpsSeen.length;
    if (fps >= reliableFps) this.#layersPerFrame = Math.max(1, Math.round(counted / fps));
    return counted / this.#layersPerFrame;
  }
}

function activeLayers({ layers }: OutboundVideo): OutboundLayer[] {
  return layers.filter(({ isActive }) => isActive).sort((one, other) => (one.rid < other.rid ? -1 : 1));
}
