import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import {
  checkOptionNames,
  maxTimerDelay,
  type TransportConnectOptions,
  transportConnectOptionNames,
} from "@broadcast-ipc/ipc-channel";
import { copyMessageSchemas, type MessageSchemas, maxTextLength } from "@broadcast-ipc/protocol";

/** Options for reconnecting. */
export interface ReconnectOptions {
  /** Maximum time without a connection, in ms, at most 2,147,483,647. Then the uploader ends. Default: no limit. */
  readonly giveUpAfter?: number | undefined;
}

/** Options of {@link BroadcastUploader.over}. */
export interface UploaderOptions<Schemas extends MessageSchemas = MessageSchemas> {
  /**
   * Encodes the video frames. Default: raw pixels. Do not share a codec between uploaders, because `"delta"` depends on
   * the frames that were sent before.
   */
  readonly codec?: BroadcastImageCodec | undefined;
  /** A name for people that identifies the uploader at the receiver; at most 1,024 characters. */
  readonly name?: string | undefined;
  /**
   * `maxBufferedMs` is the maximum duration of audio that waits to be sent, in ms. Default 500. At most 1,024 samples and
   * 4 MiB wait. Above any of these limits, the oldest audio is dropped.
   */
  readonly audio?: { readonly maxBufferedMs?: number | undefined } | undefined;
  /**
   * Schemas for the data of application messages in both directions, by type. They type `send()` and `messages()`, and
   * validate incoming messages. A message that does not match its schema, or whose type is not listed, is dropped, and
   * "failure" is emitted.
   */
  readonly messageSchemas?: Schemas | undefined;
}

/** Options of {@link BroadcastUploader.connect}, besides those of the channel. */
export interface ConnectOptions<Schemas extends MessageSchemas = MessageSchemas>
  extends UploaderOptions<Schemas> {
  /** `false` ends the uploader with the first connection. Default: reconnects without a time limit. */
  readonly reconnect?: false | ReconnectOptions | undefined;
}

/** {@link UploaderOptions} with the defaults filled in. */
export interface UploaderSettings {
  readonly codec: BroadcastImageCodec;
  readonly name: string | undefined;
  readonly maxBufferedMs: number;
  readonly messageSchemas: MessageSchemas | undefined;
  /** `false`, or the time limit for reconnecting, in ms. `undefined` removes the limit. */
  readonly reconnect: false | { readonly giveUpAfter: number | undefined };
}

type Names<Options> = Record<keyof Options, true>;

const reconnectNames: Names<ReconnectOptions> = { giveUpAfter: true };
const audioNames: Names<NonNullable<UploaderOptions["audio"]>> = { maxBufferedMs: true };

/** The names of the options of {@link BroadcastUploader.over}. */
export const overOptionNames: Names<UploaderOptions> = {
  codec: true,
  name: true,
  audio: true,
  messageSchemas: true,
};

/** The names of the options of {@link BroadcastUploader.connect}. */
export const connectOptionNames: Names<ConnectOptions & TransportConnectOptions> = {
  ...overOptionNames,
  ...transportConnectOptionNames,
  reconnect: true,
};

/**
 * Checks and copies the options, which may have the given names. Reads each option once. Throws a RangeError that names an
 * invalid option.
 */
export function uploaderSettings(
  options: ConnectOptions,
  names: Readonly<Record<string, true>>,
): UploaderSettings {
  checkOptionNames(options, names);
  const { codec = new BroadcastImageCodec(), name, reconnect = {}, audio } = options;
  checkOptionNames(audio, audioNames, "audio");
  checkOptionNames(reconnect, reconnectNames, "reconnect");
  const maxBufferedMs = audio?.maxBufferedMs ?? 500;
  const giveUpAfter = reconnect ? reconnect.giveUpAfter : undefined;
  check("codec must be a BroadcastImageCodec", typeof codec?.encode === "function", codec);
  check(
    `name must be a string of at most ${maxTextLength} characters`,
    name === undefined || (typeof name === "string" && name.length <= maxTextLength),
    name,
  );
  check(
    "reconnect must be false or an object",
    reconnect === false || (typeof reconnect === "object" && reconnect !== null),
    reconnect,
  );
  check(
    `reconnect.giveUpAfter must be a number of ms from 0 to ${maxTimerDelay}`,
    giveUpAfter === undefined || isDuration(giveUpAfter, maxTimerDelay),
    giveUpAfter,
  );
  check("audio.maxBufferedMs must be a number of ms, 0 or more", isDuration(maxBufferedMs), maxBufferedMs);
  return {
    codec,
    name,
    maxBufferedMs,
    messageSchemas: copyMessageSchemas(options.messageSchemas),
    reconnect: reconnect === false ? false : { giveUpAfter },
  };
}

function isDuration(value: number, longest = Number.MAX_VALUE): boolean {
  return Number.isFinite(value) && value >= 0 && value <= longest;
}

function check(rule: string, holds: boolean, given: unknown): void {
  if (holds) return;
  const shown = typeof given === "number" || given === null ? given : `a value of type ${typeof given}`;
  throw new RangeError(`${rule}, got ${shown}`);
}
