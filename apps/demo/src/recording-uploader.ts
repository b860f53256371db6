import type { BroadcastUploader, UploaderStats } from "@broadcast-ipc/uploader";

type Sample = Parameters<BroadcastUploader["upload"]>[0];

/**
 * Maximum number of frames that wait for the recorder. Must be below 64, because an upload fails while 64 other frames
 * are pending.
 */
const mostPending = 60;

/** Uploads to a recorder with `delivery: "all"`. While 60 frames wait, new frames are left out and counted. */
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

  /** Uploads a sample like {@link BroadcastUploader.upload}. A frame that is left out is disposed at once. */
  async upload(sample: Sample): Promise<void> {
    if (sample.type === "image" && this.#video.pending >= mostPending) {
      this.#leftOut++;
      (sample as Partial<Disposable>)[Symbol.dispose]?.();
      return;
    }
    await this.#uploader.upload(sample);
  }

  /** Closes the uploader. Frames that are not sent within the uploader's `closeTimeout` count as left out. */
  async close(): Promise<void> {
    const { pending, consumed } = this.#video;
    await this.#uploader.close();
    this.#leftOut += Math.max(0, pending - (this.#video.encoded - consumed));
  }

  get #video(): UploaderStats["video"] {
    return this.#uploader.stats().video;
  }
}
