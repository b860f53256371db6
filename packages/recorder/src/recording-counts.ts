import type { RecordingProgress, RecordingSummary } from "./recorder-options.ts";

/** Counts the samples of a recording. */
export class RecordingCounts {
  #received = 0;
  #frames = 0;
  #skipped = 0;
  #leftOut = 0;
  #skippedAudio = 0;
  #skipReason: string | undefined;

  /** Counts a frame that the recorder was given. Its outcome is counted later. */
  receive(): void {
    this.#received++;
  }

  /** Counts a frame that was written to ffmpeg. */
  record(): void {
    this.#frames++;
  }

  /** Counts a frame that was left out because too many wait. */
  leaveOut(): void {
    this.#leftOut++;
  }

  /** Counts a sample that cannot be recorded. */
  skip(type: "image" | "audio", reason: unknown): void {
    if (type === "image") this.#skipped++;
    else this.#skippedAudio++;
    this.#skipReason = reason instanceof Error ? reason.message : String(reason);
  }

  /** Sets the number of frames that ffmpeg has recorded. Frames that ffmpeg was given and left out count as skipped. */
  setRecorded(frames: number): void {
    const missing = Math.max(0, this.#frames - frames);
    this.#frames -= missing;
    this.#skipped += missing;
    if (missing > 0) this.#skipReason ??= "ffmpeg could not decode a frame";
  }

  progress({ seconds, bytes }: Pick<RecordingProgress, "seconds" | "bytes">): RecordingProgress {
    const waiting = this.#received - this.#frames - this.#skipped - this.#leftOut;
    return { ...this.summary({ seconds, bytes }), waiting };
  }

  summary({ seconds, bytes }: Pick<RecordingProgress, "seconds" | "bytes">): RecordingSummary {
    return {
      seconds,
      received: this.#received,
      frames: this.#frames,
      skipped: this.#skipped,
      leftOut: this.#leftOut,
      skippedAudio: this.#skippedAudio,
      skipReason: this.#skipReason,
      bytes,
    };
  }
}
