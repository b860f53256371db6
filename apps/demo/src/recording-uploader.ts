import type { BroadcastUploader, UploaderStats } from "@broadcast-ipc/uploader";

type Sample = Parameters<BroadcastUploader["upload"]>[0];

/** Frames that may wait for the recorder; a few less than the number at which the uploader fails them. */
const mostPending = 60;

/** Uploads to a recorder with `delivery: "all"`, leaves out frames when too many wait, and counts them. */
export class RecordingUploader {
  readonly #uploader: Pick<BroadcastUploader, "upload" | "stats" | "close">;
  #leftOut = 0;

  constructor(uploader: Pick<BroadcastUploader, "upload" | "stats" | "close">) {
    this.#uploader = uploader;
  }

  /** Frames left out because the recorder was too slow. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Like {@link BroadcastUploader.upload}; a frame that is left out is disposed at once. */
  async upload(sample: Sample): Promise<void> {
    if (sample.type === "image" && this.#video.pending >= mostPending) {
      this.#leftOut++;
      (sample as Partial<Disposable>)[Symbol.dispose]?.();
      return;
    }
    await this.#uploader.upload(sample);
  }

  /** Closes the uploader. Samples that are not sent within its `closeTimeout` count as left out. */
  async close(): Promise<void> {
    const { pending, consumed } = this.#video;
    await this.#uploader.close();
    this.#leftOut += Math.max(0, pending - (this.#video.encoded - consumed));
  }

  get #video(): UploaderStats["video"] {
    return this.#uploader.stats().video;
  }
}
