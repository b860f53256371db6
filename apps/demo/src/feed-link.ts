import { EventEmitter, once } from "node:events";
import type { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import type { FeedName } from "./capture-messages.ts";

interface FeedLinkOptions {
  /** Name of the receiver in `targets`. */
  readonly name: FeedName;
  readonly targets: FanOut;
  /** Connects an uploader to the socket path of a receiver. */
  connect(path: string): Promise<BroadcastUploader>;
}

interface FeedLinkEvents {
  /** Emitted when uploads reach another receiver. */
  open: [];
}

/**
 * Connects the capture process to a receiver beside that of the viewers: to one recorder after another, or to one publisher
 * after another.
 */
export class FeedLink extends EventEmitter<FeedLinkEvents> {
  readonly #options: FeedLinkOptions;
  #uploader: BroadcastUploader | undefined;
  #leftOutEarlier = 0;

  constructor(options: FeedLinkOptions) {
    super();
    this.#options = options;
  }

  /** The uploader of the current receiver; `undefined` without one. */
  get uploader(): BroadcastUploader | undefined {
    return this.#uploader?.isClosed === false ? this.#uploader : undefined;
  }

  /** Frames left out because the receivers wanted every frame and were too slow. */
  get leftOut(): number {
    return this.#leftOutEarlier + (this.#uploader?.stats().video.replaced ?? 0);
  }

  /** Uploads to the receiver that listens at `path` until it closes. Resolves when uploads reach it. */
  async open(path: string): Promise<void> {
    const { name, targets, connect } = this.#options;
    const uploader = await connect(path);
    this.#leftOutEarlier = this.leftOut;
    this.#uploader = uploader;
    uploader.closed.then(({ by }) => {
      if (by === "us") this.#leftOutEarlier += uploader.stats().video.closed;
    });
    // Without a demand, the uploader would keep only the newest frame.
    if (!uploader.demand) await Promise.race([once(uploader, "demand"), uploader.closed]);
    if (uploader.isClosed) return;
    targets.add(name, uploader);
    this.emit("open");
  }
}
