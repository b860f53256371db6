import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { UploaderStats } from "@broadcast-ipc/uploader";
import type { LiveParameters } from "./live-parameters.ts";

/** A captured BGRA frame. Disposing it returns its memory to the frame source. */
export interface LiveFrame extends Disposable {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly timestamp: number;
}

/** The end of a lane in the capture process. */
export interface Sink {
  /** Sends the frame when possible, and disposes it when its data is no longer needed. */
  offer(frame: LiveFrame): void;
  /** Number of frames that were not sent because a newer one replaced them, or because another one was in flight. */
  readonly replaced?: number;
  readonly stats?: UploaderStats | undefined;
  /** Time of the last call of the encoder, in µs of `now()`. */
  readonly lastEncodeAt?: number | undefined;
  close(): void | Promise<void>;
}

/** A frame delivered to the consumer, which disposes it after use. */
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

/** A way to send frames from one process to another. Each method resolves when its end of the lane is connected. */
export interface Lane {
  sink(parameters: LiveParameters): Promise<Sink>;
  feed(parameters: LiveParameters): Promise<Feed>;
}
