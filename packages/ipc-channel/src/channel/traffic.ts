/** A number of messages and a number of bytes. */
export interface Traffic {
  /** Number of messages. */
  readonly messages: number;
  /** Number of bytes. */
  readonly bytes: number;
}
