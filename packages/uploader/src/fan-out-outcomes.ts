import type { UploadOutcome } from "@broadcast-ipc/protocol";

/** For each target of a {@link FanOut}, the outcome of an upload so far. */
export type FanOutOutcomes = Readonly<Record<string, UploadOutcome | "pending">>;

/** Resolves when the first upload was sent, or when all uploads have settled. `uploads` must not reject. */
export function outcomesOf(
  uploads: readonly (readonly [target: string, outcome: Promise<UploadOutcome>])[],
): Promise<FanOutOutcomes> {
  const outcomes: Record<string, UploadOutcome | "pending"> = {};
  let pending = uploads.length;
  return new Promise((resolve) => {
    for (const [target, upload] of uploads) {
      outcomes[target] = "pending";
      upload.then((outcome) => {
        outcomes[target] = outcome;
        pending--;
        if (outcome === "sent" || pending === 0) resolve({ ...outcomes });
      });
    }
  });
}
