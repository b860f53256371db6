import { now } from "@broadcast-ipc/receiver";
import { VideoSource } from "@livekit/rtc-node";

/** Frames that were handed over to LiveKit's library in the measured time. */
export interface HandOverFigures {
  readonly frames: number;
  /** Time from capture until `captureFrame` had returned, for each frame, in µs. */
  readonly ages: readonly number[];
}

/** Measures all calls of `VideoSource.captureFrame` in this process. The timestamp of a frame must be that of its capture. */
export class HandOverMeter {
  #ages: number[] = [];

  constructor() {
    const ages = () => this.#ages;
    const captureFrame = VideoSource.prototype.captureFrame;
    VideoSource.prototype.captureFrame = function (frame, timestampUs, rotation) {
      captureFrame.call(this, frame, timestampUs, rotation);
      ages().push(now() - Number(timestampUs));
    };
  }

  start(): void {
    this.#ages = [];
  }

  get figures(): HandOverFigures {
    return { frames: this.#ages.length, ages: this.#ages };
  }
}
