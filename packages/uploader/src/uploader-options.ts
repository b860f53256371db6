import type { BroadcastImageCodec } from "@broadcast-ipc/image-codec";

/** What a {@link BroadcastUploader} takes besides the channel's own options. */
export interface UploaderOptions {
  /** How pictures are encoded; raw pixels by default. */
  readonly codec?: BroadcastImageCodec | undefined;
  /** A name that the receiver is told, to tell uploaders apart. */
  readonly name?: string | undefined;
  /** Whether to connect again after a loss; not yet, so only `false`. */
  readonly reconnect?: false | undefined;
  /** `maxBufferedMs`: the longest stretch of sound that waits to be sent, in ms; beyond it the oldest goes. Default 500. */
  readonly audio?: { readonly maxBufferedMs?: number | undefined } | undefined;
}
