import type { AudioMessage, ImageMessage, UploadOutcome } from "@broadcast-ipc/protocol";

/** The outcome of sending a sample over one connection; "closed" if the connection has ended. */
export type SendOutcome = Extract<UploadOutcome, "sent" | "failed" | "closed">;

/** Sends samples to one receiver. */
export interface SampleConnection {
  /** Settles when the sample has left or never will; never rejects. */
  send(message: ImageMessage | AudioMessage, data: Uint8Array): Promise<SendOutcome>;
}
