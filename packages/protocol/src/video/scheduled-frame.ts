/** A picture that is to be encoded and sent now. */
export interface ScheduledFrame<S> {
  readonly sample: S;
  readonly sequence: number;
  /** Whether the receiver may not have what an encoding of changes builds on. */
  readonly keyFrame: boolean;
}
