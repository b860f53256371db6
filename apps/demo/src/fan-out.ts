import type { BroadcastUploader } from "@broadcast-ipc/uploader";

type Sample = Parameters<BroadcastUploader["upload"]>[0];

/** The methods of {@link BroadcastUploader} that {@link FanOut} calls. */
interface Upload {
  upload(sample: Sample): Promise<unknown>;
  close(): Promise<void>;
}

/** Uploads each sample through several uploaders. The sample is disposed when all uploaders have disposed it. */
export class FanOut {
  readonly #uploaders: readonly Upload[];

  constructor(uploaders: readonly Upload[]) {
    this.#uploaders = uploaders;
  }

  /** Starts the uploads without waiting for them; see {@link BroadcastUploader.upload}. */
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

  /** Closes all uploaders after they have sent their waiting samples; see {@link BroadcastUploader.close}. */
  async close(): Promise<void> {
    await Promise.all(this.#uploaders.map((uploader) => uploader.close()));
  }
}
