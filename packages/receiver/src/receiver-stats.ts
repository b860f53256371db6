import type { DurationSummary } from "@broadcast-ipc/clock";

/**
 * Counters of a receiver. At any moment, for pictures and for sound:
 * `received` = `consumed` + `undecodable` + `dropped` + `pending`.
 *
 * All receivers of one uploader together have received at most as many pictures as it has `encoded`. That is at most its
 * `captured` + `repeated`, because a receiver that comes back gets the newest picture again.
 */
export interface ReceiverStats {
  /** Pictures. */
  readonly video: {
    readonly received: number;
    /** Handed out, and disposed or followed by the next `next()`. */
    readonly consumed: number;
    readonly undecodable: number;
    /** Not wanted any more when they came, or sent without credit. */
    readonly dropped: number;
    /** Being decoded, waiting, or held by the consumer. */
    readonly pending: number;
  };
  /** Stretches of sound. */
  readonly audio: {
    readonly received: number;
    /** Handed out. */
    readonly consumed: number;
    readonly undecodable: number;
    /** The oldest when too much waited, or not wanted any more. */
    readonly dropped: number;
    /** Waiting. */
    readonly pending: number;
  };
  /** The uploader's messages that came and nobody has taken. */
  readonly messages: { readonly pending: number };
  /** Pictures that may still come without more credit. */
  readonly credit: number;
  /** Bytes of encoded pictures and sound that arrived. */
  readonly bytes: number;
  /** Ages of pictures when they were handed out, capture to consumer, in ms; `undefined` where none was, or where the uploader's clock is another one. */
  readonly age: DurationSummary | undefined;
  /** How long it took to decode a picture, or to convert its pixels, in ms; `undefined` where none had to be. */
  readonly decodeTime: DurationSummary | undefined;
}
