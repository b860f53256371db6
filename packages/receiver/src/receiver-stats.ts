import type { DurationSummary } from "@broadcast-ipc/clock";
import type { PayloadStats } from "@broadcast-ipc/ipc-channel";

/**
 * Counters of a receiver since its start. At any time, for video and for audio: `received` = `consumed` + `undecodable` +
 * `dropped` + `pending`.
 *
 * The sum of `video.received` over all receivers of one uploader is at most the uploader's `encoded`. `encoded` is at
 * most `captured` + `repeated`, because the newest frame is sent again after a reconnect.
 */
export interface ReceiverStats {
  /** Video frames. */
  readonly video: {
    /** Video frames that arrived. */
    readonly received: number;
    /** Delivered to the consumer, and then disposed or followed by another `next()` call. */
    readonly consumed: number;
    /** Video frames that could not be decoded or converted. */
    readonly undecodable: number;
    /** Sent without credit, or dropped because video is off or the receiver is closed. */
    readonly dropped: number;
    /** Being decoded, waiting, or held by the consumer. */
    readonly pending: number;
  };
  /** Audio samples. */
  readonly audio: {
    /** Audio samples that arrived. */
    readonly received: number;
    /** Delivered to the consumer. */
    readonly consumed: number;
    /** Audio samples whose metadata or size is invalid. */
    readonly undecodable: number;
    /** Dropped because a bound was exceeded, or because audio was not wanted. */
    readonly dropped: number;
    /** Waiting for a `next()` call. */
    readonly pending: number;
  };
  /** The uploader's messages that arrived and were not read. */
  readonly messages: { readonly pending: number };
  /** Number of video frames that may still arrive without more credit. */
  readonly credit: number;
  /** Bytes of video and audio payloads that arrived. */
  readonly bytes: number;
  /** How large payloads travel; `undefined` without the option `payloads`. */
  readonly payloads: PayloadStats | undefined;
  /**
   * Time from the `timestamp` of a frame to its delivery, in ms. A frame that was captured before video was demanded counts
   * from the demand, and a frame that is sent again does not count. `undefined` before the first frame, or if the
   * uploader's timestamps are from another clock.
   */
  readonly age: DurationSummary | undefined;
  /** Time to decode a frame or to convert its pixels, in ms. `undefined` if no frame needed either. */
  readonly decodeTime: DurationSummary | undefined;
}

/** Adds `pending` to the counters of a lane, computed from the others. */
export function withPending(counts: Omit<ReceiverStats["video"], "pending">): ReceiverStats["video"] {
  const { received, consumed, undecodable, dropped } = counts;
  return { received, consumed, undecodable, dropped, pending: received - consumed - undecodable - dropped };
}
