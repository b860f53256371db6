import { once } from "node:events";
import type { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";

/** Connects the capture process to the recorders of the app process, one after another. */
export class RecorderLink {
  readonly #targets: FanOut;
  readonly #connect: (path: string) => Promise<BroadcastUploader>;
  #uploader: BroadcastUploader | undefined;
  #leftOutEarlier = 0;

  /** @param connect Connects an uploader to the socket path of a recorder. */
  constructor(targets: FanOut, connect: (path: string) => Promise<BroadcastUploader>) {
    this.#targets = targets;
    this.#connect = connect;
  }

  /** Frames left out of the recordings because the recorder was too slow. */
  get leftOut(): number {
    return this.#leftOutEarlier + (this.#uploader?.stats().video.failed ?? 0);
  }

  /** Uploads to the recorder that listens at `path` until it closes. Resolves when uploads reach it. */
  async open(path: string): Promise<void> {
    const uploader = await this.#connect(path);
    this.#leftOutEarlier = this.leftOut;
    this.#uploader = uploader;
    uploader.closed.then(({ by }) => {
      if (by === "us") this.#leftOutEarlier += uploader.stats().video.closed;
    });
    // Without a demand, the uploader would keep only the newest frame.
    if (!uploader.demand) await Promise.race([once(uploader, "demand"), uploader.closed]);
    if (!uploader.isClosed) this.#targets.add("recorder", uploader);
  }
}
