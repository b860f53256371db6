import type { FailureMessage } from "./messages.ts";

/** Which side of a connection something is on. */
export type Side = "uploader" | "receiver";

/** What the other side could not do, as it told. */
export class PeerError extends Error {
  override readonly name = "PeerError";
  /** The code of the other side's own error, ERR_IMAGE_ENGINE_MISSING for one. */
  readonly code: string;
  /** The lane that it is about: `"video"` or `"audio"`; `undefined` where it is about another message, malformed or too large. */
  readonly lane: string | undefined;

  constructor(peer: Side, { lane, code, message }: FailureMessage) {
    const verb = peer === "uploader" ? "encode" : "decode";
    super(`the ${peer} ${lane === undefined ? "reports" : `cannot ${verb} that, because`}: ${message}`);
    this.code = code;
    this.lane = lane;
  }
}
