import type { PixelFormat } from "@broadcast-ipc/image-codec";
import type { Demand } from "@broadcast-ipc/protocol";

/** What a {@link BroadcastReceiver} takes besides the channel's own options. */
export interface ReceiverOptions {
  /** What is wanted from the start. Default: pictures, no sound. */
  readonly demand?: Demand | undefined;
  /** Whether compressed pictures are decoded; `false` hands them out as they came. Default true. */
  readonly decode?: boolean | undefined;
  /** The pixel format of what is decoded or raw; by default raw pictures stay as they are, and others become RGBA. */
  readonly format?: PixelFormat | undefined;
}
