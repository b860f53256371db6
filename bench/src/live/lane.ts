import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";
import type { LiveOrder } from "./live-order.ts";

/** A captured picture, BGRA; disposing it gives its memory back to the capturer. */
export interface LivePicture extends Disposable {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly timestamp: number;
}

/** The end of a lane in the capture process. */
export interface Sink {
  /** Takes a picture, which it disposes when nothing needs its data any more. */
  offer(picture: LivePicture): void;
  /** Pictures that were given up for newer ones, or because one was under way. */
  readonly replaced?: number;
  readonly stats?: UploaderStats | undefined;
  /** When the encoder was last asked for a picture, by `now()`. */
  readonly lastEncodeAt?: number | undefined;
  close(): void | Promise<void>;
}

/** A picture at its consumer, who disposes it when done. */
export interface TakenPicture extends Disposable {
  readonly timestamp: number;
}

/** The end of a lane in the consumer's process. */
export interface Feed {
  pictures(): AsyncIterable<TakenPicture>;
  setDemand?(isWanted: boolean): void;
  readonly stats?: ReceiverStats | undefined;
  close(): void | Promise<void>;
}

/** A way for pictures from one process to another. Both ends are there when they are connected. */
export interface Lane {
  sink(order: LiveOrder): Promise<Sink>;
  feed(order: LiveOrder): Promise<Feed>;
}
