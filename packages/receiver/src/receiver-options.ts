import { type PixelFormat, pixelFormats } from "@broadcast-ipc/image-codec";
import { checkOptionNames, maxTimerDelay } from "@broadcast-ipc/ipc-channel";
import { copyMessageSchemas, type Demand, defaultDemand, type MessageSchemas } from "@broadcast-ipc/protocol";
import { checkDemand } from "./check-demand.ts";

/** The options of a {@link BroadcastReceiver}, apart from those of its channel. */
export interface ReceiverOptions<
  Schemas extends MessageSchemas = MessageSchemas,
  Decode extends boolean = boolean,
> {
  /** The first demand. Default: `{ video: {}, audio: null }`. */
  readonly demand?: Demand | undefined;
  /** Whether compressed frames are decoded. `false` delivers them unchanged, except deltas. Default true. */
  readonly decode?: Decode | undefined;
  /** Pixel format of raw and decoded frames. Default: raw frames keep their format, and decoded frames are RGBA. */
  readonly format?: PixelFormat | undefined;
  /** How long the consumer waits for a frame before "stall" is emitted, in ms. Default: "stall" is never emitted. */
  readonly stallAfter?: number | undefined;
  /**
   * Schemas for the data of application messages in both directions, by type. They type `send()` and `messages()`, and
   * validate incoming messages. A message that does not match its schema, or whose type is not listed, is dropped, and
   * "failure" is emitted.
   */
  readonly messageSchemas?: Schemas | undefined;
}

/** {@link ReceiverOptions} with the defaults filled in. */
export interface ReceiverSettings {
  readonly demand: Demand;
  readonly decode: boolean;
  readonly format: PixelFormat | undefined;
  readonly stallAfter: number | undefined;
  readonly messageSchemas: MessageSchemas | undefined;
}

const receiverOptionNames: Record<keyof ReceiverOptions, true> = {
  demand: true,
  decode: true,
  format: true,
  stallAfter: true,
  messageSchemas: true,
};

/**
 * Checks and copies the options. `channelNames` are the names of the channel's options, which `options` may have too. Throws
 * a RangeError that names an invalid option.
 */
export function receiverSettings(
  options: ReceiverOptions,
  channelNames?: Readonly<Record<string, true>>,
): ReceiverSettings {
  checkOptionNames(options, { ...receiverOptionNames, ...channelNames });
  const { demand = defaultDemand, decode = true, format, stallAfter } = options;
  if (typeof decode !== "boolean")
    throw new RangeError(`decode must be true or false, got ${String(decode)}`);
  if (format !== undefined && !pixelFormats.includes(format)) {
    throw new RangeError(`format must be one of ${pixelFormats.join(", ")}, got ${String(format)}`);
  }
  if (
    stallAfter !== undefined &&
    !(Number.isFinite(stallAfter) && stallAfter > 0 && stallAfter <= maxTimerDelay)
  ) {
    throw new RangeError(
      `stallAfter must be above 0 and at most ${maxTimerDelay} ms, got ${String(stallAfter)}`,
    );
  }
  const messageSchemas = copyMessageSchemas(options.messageSchemas);
  return { demand: checkDemand(demand), decode, format, stallAfter, messageSchemas };
}
