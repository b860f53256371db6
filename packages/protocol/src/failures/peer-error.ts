import type { FailureMessage } from "../wire/messages.ts";

/** A side of a connection. */
export type Side = "uploader" | "receiver";

/** A failure that the other side reported. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  /** The code of the other side's error, such as ERR_IMAGE_ENGINE_MISSING. */
  readonly code: string;
  /** The lane of the failure, `"video"` or `"audio"`; `undefined` if another message was malformed or too large. */
  readonly lane: string | undefined;

  constructor(peer: Side, { lane, code, message }: FailureMessage) {
    const verb = peer === "uploader" ? "encode" : "decode";
    super(`the ${peer} ${lane === undefined ? "reports" : `cannot ${verb} that, because`}: ${message}`);
    this.code = code;
    this.lane = lane;
  }
}
