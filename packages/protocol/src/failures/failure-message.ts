import { type FailureMessage, maxTextLength, maxWordLength } from "../wire/messages.ts";

/** Returns the error's code, or its name if it has no code. */
export function failureCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "Error";
}

/** Creates a failure message. `lane` is the lane of the failed sample; absent for other errors, such as a malformed message. */
export function failureMessage(error: unknown, lane?: string): FailureMessage {
  const message = error instanceof Error ? error.message : String(error);
  return {
    type: "failure",
    ...(lane !== undefined && { lane }),
    code: wellFormed(failureCode(error), maxWordLength),
    message: wellFormed(message, maxTextLength),
  };
}

/** Truncates a text and replaces lone surrogates, which a channel cannot send. Truncating can split a surrogate pair. */
function wellFormed(text: string, maxLength: number): string {
  return Buffer.from(text.slice(0, maxLength)).toString();
}
