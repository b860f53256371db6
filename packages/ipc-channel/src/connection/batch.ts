import type { IPCChannelError } from "../errors/ipc-channel-error.ts";

/** Frames that are written together, and the promise of all who sent them. */
export interface Batch {
  /** What is written, in order. */
  readonly chunks: Uint8Array[];
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: IPCChannelError) => void;
  bytes: number;
  messages: number;
  /** Whether a chunk is memory of a caller, who may transfer or resize it. */
  isBorrowed: boolean;
  /** The batch to be written after this one. */
  next: Batch | undefined;
}
