import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { maxTextLength } from "@broadcast-ipc/protocol";

/** What a {@link BroadcastUploader} takes besides the channel's own options. */
export interface UploaderOptions {
  /** How pictures are encoded; raw pixels by default. */
  readonly codec?: BroadcastImageCodec | undefined;
  /** A name that the receiver is told, to tell uploaders apart; at most 1,024 characters. */
  readonly name?: string | undefined;
  /** Whether to connect again after a loss; not yet, so only `false`. */
  readonly reconnect?: false | undefined;
  /** `maxBufferedMs`: the longest stretch of sound that waits to be sent, in ms; beyond it the oldest goes. Default 500. */
  readonly audio?: { readonly maxBufferedMs?: number | undefined } | undefined;
}

/** {@link UploaderOptions} with the defaults filled in. */
export interface UploaderSettings {
  readonly codec: BroadcastImageCodec;
  readonly name: string | undefined;
  readonly maxBufferedMs: number;
}

/** Checks the options; throws a RangeError that names the one that is out of its range. */
export function uploaderSettings(options: UploaderOptions): UploaderSettings {
  const { codec = new BroadcastImageCodec(), name, reconnect = false, audio } = options;
  const maxBufferedMs = audio?.maxBufferedMs ?? 500;
  check("codec must be a BroadcastImageCodec", typeof codec?.encode === "function");
  check(
    `name must be a string of at most ${maxTextLength} characters`,
    name === undefined || (typeof name === "string" && name.length <= maxTextLength),
  );
  check("reconnect can only be false", reconnect === false);
  check(
    "audio.maxBufferedMs must be a number of ms, 0 or more",
    Number.isFinite(maxBufferedMs) && maxBufferedMs >= 0,
  );
  return { codec, name, maxBufferedMs };
}

function check(rule: string, holds: boolean): void {
  if (!holds) throw new RangeError(rule);
}
