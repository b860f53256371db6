import type { DurationSummary } from "@broadcast-ipc/clock";

/**
 * Counters of a receiver since its start. At any time, for video and for audio:
 * `received` = `consumed` + `undecodable` + `dropped` + `pending`.
 *
 * The sum of `video.received` over all receivers of one uploader is at most the uploader's `encoded`. That is at most its
 * `captured` + `repeated`, because a receiver that reconnects gets the newest frame again.
 */
export interface ReceiverStats {
  /** Video frames. */
  readonly video: {
    readonly received: number;
    /** Handed out, and then disposed or followed by the next `next()`. */
    readonly consumed: number;
    readonly undecodable: number;
    /** Not wanted any more when they arrived, or sent without credit. */
    readonly dropped: number;
    /** Being decoded, waiting, or held by the consumer. */
    readonly pending: number;
  };
  /** Audio samples. */
  readonly audio: {
    readonly received: number;
    /** Handed out. */
    readonly consumed: number;
    readonly undecodable: number;
    /** The oldest ones when a bound was hit, and those that were not wanted. */
    readonly dropped: number;
    /** Waiting. */
    readonly pending: number;
  };
  /** The uploader's messages that arrived and were not taken yet. */
  readonly messages: { readonly pending: number };
  /** How many video frames may still arrive without more credit. */
  readonly credit: number;
  /** Bytes of video and audio payloads that arrived. */
  readonly bytes: number;
  /**
   * Time from a frame's `timestamp` to its hand-out, in ms. `undefined` before the first frame, or if the uploader's
   * timestamps are from another clock.
   */
  readonly age: DurationSummary | undefined;
  /** Time to decode a frame or to convert its pixels, in ms. `undefined` if no frame needed it. */
  readonly decodeTime: DurationSummary | undefined;
}

/** The counters of a lane with `pending`, which follows from the others. */
export function withPending(counts: Omit<ReceiverStats["video"], "pending">): ReceiverStats["video"] {
  const { received, consumed, undecodable, dropped } = counts;
  return { received, consumed, undecodable, dropped, pending: received - consumed - undecodable - dropped };
}
