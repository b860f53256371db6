import type { IPCChannelError } from "../errors/ipc-channel-error.ts";

/** Frames that are written together. All sends of a batch share one promise, `written`. */
export interface Batch {
  /** The chunks to write, in order. */
  readonly chunks: Uint8Array[];
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: IPCChannelError) => void;
  bytes: number;
  messages: number;
  /** Whether a chunk is a caller's memory, which the caller may transfer or resize. */
  isBorrowed: boolean;
  /** The next batch to write. */
  next: Batch | undefined;
}

/** Returns a batch without frames. */
export function newBatch(): Batch {
  let resolve = ignore;
  let reject: (error: IPCChannelError) => void = ignore;
  const written = new Promise<void>((resolvePromise, rejectPromise) => {
    resolve = resolvePromise;
    reject = rejectPromise;
  });
  return { chunks: [], written, resolve, reject, bytes: 0, messages: 0, isBorrowed: false, next: undefined };
}

function ignore(): void {}
