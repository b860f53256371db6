import type { UploadOutcome } from "@broadcast-ipc/protocol";

/** What became of a message that was given to the channel. */
export type SendOutcome = Extract<UploadOutcome, "sent" | "failed" | "closed">;
