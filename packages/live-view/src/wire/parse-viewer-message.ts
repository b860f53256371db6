import { maxInputTextLength, parseViewerInput } from "@broadcast-ipc/protocol";
import * as v from "valibot";
import type { ViewerMessage } from "./viewer-messages.ts";

const flag = v.boolean();
const side = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)));

const message = v.variant("type", [
  v.strictObject({
    type: v.literal("demand"),
    encoding: v.picklist(["auto", "raw", "jpeg", "delta"]),
    maxFps: v.exactOptional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1_000))),
    maxWidth: side,
    maxHeight: side,
  }),
  v.strictObject({ type: v.literal("hidden"), hidden: flag }),
  v.strictObject({ type: v.literal("paused"), paused: flag }),
  v.strictObject({ type: v.literal("shown"), sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
  v.strictObject({ type: v.literal("refresh") }),
  v.strictObject({ type: v.literal("audio"), on: flag }),
  v.strictObject({ type: v.literal("time"), sent: v.pipe(v.number(), v.finite()) }),
  v.strictObject({ type: v.literal("control"), on: flag }),
  v.strictObject({ type: v.literal("input"), input: v.unknown() }),
  v.strictObject({
    type: v.literal("message"),
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
    data: v.exactOptional(v.unknown()),
  }),
]);

/** Maximum length of a message from a viewer, in UTF-16 code units. A paste and a message for the host may be longer. */
export const maxViewerMessageLength = 16_384;

/**
 * Maximum length of an input, which may be an answer of the greatest length. In JSON, a control character takes six
 * characters.
 */
const maxInputLength = 6 * maxInputTextLength + 1_024;

/**
 * Parses a message from a viewer. Returns `undefined` if the message is invalid or longer than messages of its kind may
 * be.
 *
 * @param maxHostMessage Maximum length of a message for the host program, in UTF-16 code units.
 */
export function parseViewerMessage(
  text: string,
  maxHostMessage: number = maxViewerMessageLength,
): ViewerMessage | undefined {
  try {
    const parsed = v.parse(message, JSON.parse(text));
    const checked: ViewerMessage =
      parsed.type === "input" ? { type: "input", input: parseViewerInput(parsed.input) } : parsed;
    return text.length <= maxLength(checked, maxHostMessage) ? checked : undefined;
  } catch {
    return undefined;
  }
}

function maxLength(message: ViewerMessage, maxHostMessage: number): number {
  if (message.type === "message") return maxHostMessage;
  if (message.type !== "input") return maxViewerMessageLength;
  // The schema of a paste bounds its text.
  return message.input.kind === "paste" ? Number.POSITIVE_INFINITY : maxInputLength;
}
