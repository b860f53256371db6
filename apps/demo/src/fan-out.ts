import type { BroadcastUploader } from "@broadcast-ipc/uploader";

type Sample = Parameters<BroadcastUploader["upload"]>[0];

/** The part of {@link BroadcastUploader} that is used here. */
interface Upload {
  upload(sample: Sample): Promise<unknown>;
  close(): Promise<void>;
}

/** Uploads each sample to several receivers. The sample is disposed when all uploaders have disposed it. */
export class FanOut {
  readonly #uploaders: readonly Upload[];

  constructor(uploaders: readonly Upload[]) {
    this.#uploaders = uploaders;
  }

  /** Returns at once; see {@link BroadcastUploader.upload}. */
  upload(sample: Sample): void {
    const dispose = (sample as Partial<Disposable>)[Symbol.dispose];
    let holders = this.#uploaders.length;
    const shared = () => {
      holders--;
      if (holders === 0) dispose?.call(sample);
    };
    for (const uploader of this.#uploaders) {
      uploader.upload({ ...sample, [Symbol.dispose]: shared } as Sample);
    }
  }

  /** Delivers waiting samples, see {@link BroadcastUploader.close}. */
  async close(): Promise<void> {
    await Promise.all(this.#uploaders.map((uploader) => uploader.close()));
  }
}
