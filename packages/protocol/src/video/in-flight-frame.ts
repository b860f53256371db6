import type { FrameCredit } from "./frame-credit.ts";
import type { PendingFrame } from "./pending-frame.ts";
import type { ScheduledFrame } from "./scheduled-frame.ts";

/** A picture on its way to a receiver. */
export interface InFlightFrame<S> {
  readonly entry: PendingFrame<S>;
  readonly turn: ScheduledFrame<S>;
  readonly connection: FrameCredit;
}
