/** What a {@link BroadcastReceiver} emits. */
export interface ReceiverEvents {
  /** One sample, or one message of the uploader's, went wrong; everything else goes on. */
  failure: [error: unknown];
}
