import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";
import type { LiveOrder } from "./live-order.ts";

/** A captured BGRA frame; disposing it gives its memory back to the capturer. */
export interface LiveFrame extends Disposable {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly timestamp: number;
}

/** The end of a lane in the capture process. */
export interface Sink {
  /** Takes a frame, and disposes it when nothing needs its data any more. */
  offer(frame: LiveFrame): void;
  /** Frames given up for newer ones, or because another one was under way. */
  readonly replaced?: number;
  readonly stats?: UploaderStats | undefined;
  /** When the encoder was last called, by `now()`. */
  readonly lastEncodeAt?: number | undefined;
  close(): void | Promise<void>;
}

/** A frame delivered to its consumer, which disposes it when done. */
export interface TakenFrame extends Disposable {
  readonly timestamp: number;
}

/** The end of a lane in the consumer process. */
export interface Feed {
  frames(): AsyncIterable<TakenFrame>;
  setDemand?(isWanted: boolean): void;
  readonly stats?: ReceiverStats | undefined;
  close(): void | Promise<void>;
}

/** Carries frames from one process to another. Both promises resolve when the ends are connected. */
export interface Lane {
  sink(order: LiveOrder): Promise<Sink>;
  feed(order: LiveOrder): Promise<Feed>;
}
