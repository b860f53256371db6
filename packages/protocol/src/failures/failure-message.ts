import { type FailureMessage, maxTextLength, maxWordLength } from "../wire/messages.ts";

/** Identifies the reason of a failure: the error's code, or its name if it has no code. */
export function failureCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "Error";
}

/** The failure message for an error in this lane; without a lane, for an error about another message. */
export function failureMessage(error: unknown, lane?: string): FailureMessage {
  const message = error instanceof Error ? error.message : String(error);
  return {
    type: "failure",
    ...(lane !== undefined && { lane }),
    code: wellFormed(failureCode(error), maxWordLength),
    message: wellFormed(message, maxTextLength),
  };
}

/** The text without lone surrogates, which a channel cannot carry. Truncation may leave one at the end. */
function wellFormed(text: string, maxLength: number): string {
  return Buffer.from(text.slice(0, maxLength)).toString();
}
