import type { BroadcastUploader, UploaderStats } from "@broadcast-ipc/uploader";

type Sample = Parameters<BroadcastUploader["upload"]>[0];

/** Pictures that may wait for the recorder: a few less than the uploader keeps before it fails them. */
const mostPending = 60;

/** Uploads to a recorder, which wants every picture, no more than it can take; and counts what it does not get. */
export class RecordingUploader {
  readonly #uploader: Pick<BroadcastUploader, "upload" | "stats" | "close">;
  #leftOut = 0;

  constructor(uploader: Pick<BroadcastUploader, "upload" | "stats" | "close">) {
    this.#uploader = uploader;
  }

  /** Pictures that the recorder was too slow for. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** As {@link BroadcastUploader.upload}; a picture that is left out is disposed of at once. */
  async upload(sample: Sample): Promise<void> {
    if (sample.type === "image" && this.#video.pending >= mostPending) {
      this.#leftOut++;
      (sample as Partial<Disposable>)[Symbol.dispose]?.();
      return;
    }
    await this.#uploader.upload(sample);
  }

  /** Delivers waiting samples for as long as {@link BroadcastUploader.close} does. Samples that are not sent by then are dropped. */
  async close(): Promise<void> {
    const { pending, consumed } = this.#video;
    await this.#uploader.close();
    this.#leftOut += Math.max(0, pending - (this.#video.encoded - consumed));
  }

  get #video(): UploaderStats["video"] {
    return this.#uploader.stats().video;
  }
}
