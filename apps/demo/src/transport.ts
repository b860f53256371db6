import type { PayloadCarrier, PayloadStats } from "@broadcast-ipc/ipc-channel";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import type { DemoOptions } from "./demo-options.ts";

/**
 * Number of frames of the source's size that fit into the shared memory. The source fills one, the uploader keeps the newest
 * one, and the others are on their way or in use by viewers.
 */
const frameCount = 8;

const pageBytes = 4096;

/** What carries the large frames of a process, for the report. */
export interface TransportUse {
  /** Such as `"shared memory (koffi)"` or `"socket"`. */
  readonly via: string;
  /** Why shared memory is not used although it was asked for; otherwise `null`. */
  readonly reason: string | null;
  /** Frames that this process has sent over the socket because the shared memory was full. */
  readonly fallbacks: number;
}

/**
 * Returns the option `payloads` of the viewers' connection for `--transport`.
 *
 * @param frameBytes Size of an uncompressed frame that this process sends; `undefined` if it sends none.
 */
export function openCarrier(
  { transport }: Pick<DemoOptions, "transport">,
  frameBytes?: number,
): PayloadCarrier | undefined {
  if (transport === "socket") return undefined;
  hideWarning();
  if (frameBytes === undefined) return sharedMemory();
  // Each frame begins on a page, and the first page has no frame.
  return sharedMemory({ bytes: frameCount * (frameBytes + pageBytes) + pageBytes });
}

/** Returns what carries the large frames of an uploader or a receiver. */
export function transportUse(payloads: PayloadStats | undefined): TransportUse {
  const { via = "socket", reason = null, fallbacks = 0 } = payloads ?? {};
  return { via, reason, fallbacks };
}

/** Returns a sentence for the user about what carries large frames. */
export function transportNote({ via, reason }: Pick<TransportUse, "via" | "reason">): string {
  return reason === null ? `Frames travel in ${via}.` : `Frames travel over the ${via}: ${reason}.`;
}

/** Keeps Node from printing the warning of `sharedMemory()`, because the demo prints the reason itself. */
function hideWarning(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if ((warning as NodeJS.ErrnoException).code === "BROADCAST_IPC_SHARED_MEMORY") return;
    for (const listener of listeners) listener(warning);
  });
}
