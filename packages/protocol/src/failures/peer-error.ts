import type { FailureMessage } from "../wire/messages.ts";

/** One of the two sides of a connection. */
export type Side = "uploader" | "receiver";

/** A failure that the peer reported. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  /** The code of the peer's error, such as ERR_IMAGE_ENGINE_MISSING. */
  readonly code: string;
  /**
   * The lane of the failed sample, `"video"` or `"audio"`. `undefined` for other failures, such as a malformed or too
   * large message.
   */
  readonly lane: string | undefined;

  constructor(peer: Side, { lane, code, message }: FailureMessage) {
    const verb = peer === "uploader" ? "encode" : "decode";
    super(`the ${peer} ${lane === undefined ? "reports a failure" : `cannot ${verb} a sample`}: ${message}`);
    this.code = code;
    this.lane = lane;
  }
}
