import { bytesPerPixel, type PixelFormat } from "@broadcast-ipc/image-codec";
import { copyMessageSchemas, type Demand, defaultDemand, type MessageSchemas } from "@broadcast-ipc/protocol";
import { checkDemand } from "./check-demand.ts";

/** What a {@link BroadcastReceiver} takes besides the channel's own options. */
export interface ReceiverOptions<
  Schemas extends MessageSchemas = MessageSchemas,
  Decode extends boolean = boolean,
> {
  /** What is wanted from the start. Default: pictures, no sound. */
  readonly demand?: Demand | undefined;
  /** Whether compressed pictures are decoded; `false` hands them out as they came. Default true. */
  readonly decode?: Decode | undefined;
  /** The pixel format of what is decoded or raw; by default raw pictures stay as they are, and others become RGBA. */
  readonly format?: PixelFormat | undefined;
  /** How long the consumer waits for a picture until "stall" is emitted, in ms. Off by default. */
  readonly stallAfter?: number | undefined;
  /**
   * Schemas for the data of application messages in both directions, by type. They type `send()` and `messages()` and check
   * incoming messages. A message that fails its schema, or whose type is not listed, is a "failure" and is dropped.
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

/** The longest delay of a Node timer. */
const maxDelay = 0x7fff_ffff;

/** Checks the options; throws a RangeError that names the one that is out of its range. */
export function receiverSettings(options: ReceiverOptions): ReceiverSettings {
  const { demand = defaultDemand, decode = true, format, stallAfter } = options;
  if (typeof decode !== "boolean") throw new RangeError("decode must be true or false");
  if (format !== undefined && !Object.hasOwn(bytesPerPixel, format)) {
    throw new RangeError(`format must be one of ${Object.keys(bytesPerPixel).join(", ")}`);
  }
  if (
    stallAfter !== undefined &&
    !(Number.isFinite(stallAfter) && stallAfter > 0 && stallAfter <= maxDelay)
  ) {
    throw new RangeError(`stallAfter must be a number of ms above 0, at most ${maxDelay}`);
  }
  const messageSchemas = copyMessageSchemas(options.messageSchemas);
  return { demand: checkDemand(demand), decode, format, stallAfter, messageSchemas };
}
