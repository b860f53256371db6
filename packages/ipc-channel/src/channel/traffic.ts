/** A number of messages and a number of bytes. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}
