import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/uploader";

/**
 * Longest delay that playback catches up with, in microseconds. After a longer delay, all later frames are delayed too.
 */
const longestCatchUp = 500_000;

/** Determines when frames and audio of a video file are due. Frames and audio share one clock, so they stay in sync. */
export class PlaybackClock {
  /** The value of {@link now} at time 0 of the video file, in microseconds. */
  #start: number | undefined;

  /**
   * Waits until a frame is due, and resolves with the frame's timestamp. `time` is the frame's time in the file, in
   * microseconds.
   */
  frame(time: number): Promise<number> {
    const late = now() - ((this.#start ?? now()) + time);
    // Only late frames shift the clock. Late audio does not mean that playback is late, because some files store audio
    // after the frames of the same time.
    if (this.#start !== undefined && late > longestCatchUp) this.#start += late;
    return this.audio(time);
  }

  /**
   * Waits until audio is due, and resolves with the audio's timestamp. `time` is the audio's time in the file, in
   * microseconds.
   */
  async audio(time: number): Promise<number> {
    this.#start ??= now() - time;
    for (let early = this.#start + time - now(); early > 0; early = this.#start + time - now()) {
      await delay(Math.ceil(early / 1000));
    }
    return this.#start + time;
  }
}
