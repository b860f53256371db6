/** Minimum delay of a block in seconds. The delay avoids gaps when later blocks arrive late. */
const shortestLead = 0.08;
/** Maximum delay by which audio is held back to match the video, in seconds. */
const longestLead = 0.3;
/** Maximum delay of a block in seconds. Audio that is later is dropped until it is in step again. */
const longestWait = 0.4;
/** Difference between two timestamps that still counts as continuous, in seconds. */
const tolerance = 0.04;

/** A block of audio, in seconds of the source's clock. */
export interface AudioBlock {
  readonly timestamp: number;
  readonly duration: number;
}

/** When a block starts, in seconds of the player's clock. */
export interface BlockStart {
  readonly time: number;
  /** Whether the block directly follows the previous one. */
  readonly isContinuous: boolean;
}

/** Decides when blocks of audio are played, so that they follow one another without gaps and in step with the video. */
export class AudioTimeline {
  /** End of the last block in the player's clock. */
  #end = Number.NEGATIVE_INFINITY;
  /** End of the last block in the source's clock. */
  #endStamp = 0;
  #isDraining = false;

  /**
   * Returns when to play a block; `undefined` if the block must be dropped, because audio lags too far behind.
   * @param now The time of the player's clock in seconds.
   * @param videoLag By how much the video is older than the audio that arrives now, in seconds.
   */
  place({ timestamp, duration }: AudioBlock, now: number, videoLag = 0): BlockStart | undefined {
    const lead = Math.min(longestLead, Math.max(shortestLead, videoLag));
    const pause = timestamp - this.#endStamp;
    const isContinuous = Math.abs(pause) <= tolerance;
    // A short pause of the source is kept. After other jumps of the timestamps, the block follows the previous one.
    const next = pause > tolerance && pause <= longestWait ? this.#end + pause : this.#end;
    const wait = next - now;
    this.#isDraining = wait > (this.#isDraining ? lead : longestWait);
    if (this.#isDraining) {
      // The next block that is played follows in the source's clock, but not in what is heard.
      this.#endStamp = Number.NEGATIVE_INFINITY;
      return undefined;
    }
    const time = wait < 0 ? now + lead : next;
    this.#end = time + duration;
    this.#endStamp = timestamp + duration;
    return { time, isContinuous: isContinuous && wait >= 0 };
  }
}
