import { bytesPerPixel, type PixelFormat } from "@broadcast-ipc/image-codec";
import { type Demand, defaultDemand, parseReceiverMessage } from "@broadcast-ipc/protocol";

/** What a {@link BroadcastReceiver} takes besides the channel's own options. */
export interface ReceiverOptions {
  /** What is wanted from the start. Default: pictures, no sound. */
  readonly demand?: Demand | undefined;
  /** Whether compressed pictures are decoded; `false` hands them out as they came. Default true. */
  readonly decode?: boolean | undefined;
  /** The pixel format of what is decoded or raw; by default raw pictures stay as they are, and others become RGBA. */
  readonly format?: PixelFormat | undefined;
}

/** {@link ReceiverOptions} with the defaults filled in. */
export interface ReceiverSettings {
  readonly demand: Demand;
  readonly decode: boolean;
  readonly format: PixelFormat | undefined;
}

/** Checks the options; throws a RangeError that names the one that is out of its range. */
export function receiverSettings(options: ReceiverOptions): ReceiverSettings {
  const { demand = defaultDemand, decode = true, format } = options;
  if (typeof decode !== "boolean") throw new RangeError("decode must be true or false");
  if (format !== undefined && !Object.hasOwn(bytesPerPixel, format)) {
    throw new RangeError(`format must be one of ${Object.keys(bytesPerPixel).join(", ")}`);
  }
  return { demand: checkDemand(demand), decode, format };
}

/** The demand as the uploader will see it; throws a RangeError where it would refuse it. */
export function checkDemand(demand: Demand): Demand {
  try {
    const { video, audio } = demand;
    parseReceiverMessage({ type: "demand", video, audio });
    return { video, audio };
  } catch (cause) {
    throw new RangeError("demand must be { video: {} or null, audio: {} or null }", { cause });
  }
}
