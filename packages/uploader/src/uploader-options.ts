import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { maxTextLength } from "@broadcast-ipc/protocol";

/** The most that a timer can wait, in ms. */
export const longestTimer: number = 2 ** 31 - 1;

/** Whether and for how long an uploader tries to come back. */
export interface ReconnectOptions {
  /** After this long without a connection, in ms, at most 2,147,483,647, the uploader ends. Default: never. */
  readonly giveUpAfter?: number | undefined;
}

/** What a {@link BroadcastUploader} takes besides the channel's own options. */
export interface UploaderOptions {
  /** How pictures are encoded; raw pixels by default. An encoding of changes keeps what it sent, so a codec is for one uploader. */
  readonly codec?: BroadcastImageCodec | undefined;
  /** A name that the receiver is told, to tell uploaders apart; at most 1,024 characters. */
  readonly name?: string | undefined;
  /**
   * `maxBufferedMs`: the longest duration of sound that waits to be sent, in ms; beyond it the oldest goes. Default 500.
   * No more than 1,024 samples or 4 MiB wait either.
   */
  readonly audio?: { readonly maxBufferedMs?: number | undefined } | undefined;
}

/** What an uploader takes that knows the way back to its receiver. */
export interface ConnectOptions extends UploaderOptions {
  /** `false` to end with the first connection; by default a lost one is followed by the next, for as long as it takes. */
  readonly reconnect?: false | ReconnectOptions | undefined;
}

/** {@link UploaderOptions} with the defaults filled in. */
export interface UploaderSettings {
  readonly codec: BroadcastImageCodec;
  readonly name: string | undefined;
  readonly maxBufferedMs: number;
}

/** Checks the options; throws a RangeError that names the one that is out of its range. */
export function uploaderSettings(options: ConnectOptions): UploaderSettings {
  const { codec = new BroadcastImageCodec(), name, reconnect = {}, audio } = options;
  const maxBufferedMs = audio?.maxBufferedMs ?? 500;
  check("codec must be a BroadcastImageCodec", typeof codec?.encode === "function");
  check(
    `name must be a string of at most ${maxTextLength} characters`,
    name === undefined || (typeof name === "string" && name.length <= maxTextLength),
  );
  check(
    `reconnect must be false or { giveUpAfter }, a number of ms from 0 to ${longestTimer}`,
    reconnect === false || (isObject(reconnect) && isDuration(reconnect.giveUpAfter ?? 0, longestTimer)),
  );
  check("audio.maxBufferedMs must be a number of ms, 0 or more", isDuration(maxBufferedMs));
  return { codec, name, maxBufferedMs };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isDuration(value: number, longest = Number.MAX_VALUE): boolean {
  return Number.isFinite(value) && value >= 0 && value <= longest;
}

function check(rule: string, holds: boolean): void {
  if (!holds) throw new RangeError(rule);
}
