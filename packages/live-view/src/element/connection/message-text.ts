import type { ViewerMessage } from "../../wire/viewer-messages.ts";

/**
 * Returns a message as JSON. U+FFFD replaces lone surrogates, which some clipboards and keyboards produce: the server
 * rejects a text that contains one, and with it the viewer.
 */
export function messageText(message: ViewerMessage): string {
  return JSON.stringify(message, (_, value) =>
    typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\u{fffd}") : value,
  );
}
