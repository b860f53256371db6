import * as v from "valibot";
import type { InputMessage } from "./input-message.ts";
import type { ViewerMessage } from "./page/page-messages.ts";

/** Maximum size of a message from a page, in bytes. */
export const maxViewerMessageBytes = 1_024;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const turn = v.pipe(v.number(), v.minValue(-10_000), v.maxValue(10_000));
const keyName = v.pipe(v.string(), v.minLength(1), v.maxLength(32));
const side = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)));

const modifiers = {
  alt: v.exactOptional(v.boolean()),
  ctrl: v.exactOptional(v.boolean()),
  meta: v.exactOptional(v.boolean()),
  shift: v.exactOptional(v.boolean()),
};

const inputSchema: v.GenericSchema<unknown, InputMessage> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("pointer"),
    event: v.picklist(["move", "down", "up"]),
    x: share,
    y: share,
    button: v.picklist(["none", "left", "middle", "right"]),
    clickCount: v.pipe(count, v.maxValue(3)),
    ...modifiers,
  }),
  v.strictObject({ kind: v.literal("wheel"), x: share, y: share, deltaX: turn, deltaY: turn, ...modifiers }),
  v.strictObject({
    kind: v.literal("key"),
    event: v.picklist(["down", "up"]),
    key: keyName,
    code: v.pipe(v.string(), v.maxLength(32)),
    ...modifiers,
  }),
]);

const messageSchema: v.GenericSchema<unknown, ViewerMessage> = v.variant("type", [
  v.strictObject({
    type: v.literal("demand"),
    encoding: v.picklist(["auto", "raw", "jpeg", "delta"]),
    maxFps: v.exactOptional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(1_000))),
    maxWidth: side,
    maxHeight: side,
  }),
  v.strictObject({ type: v.literal("shown"), sequence: count }),
  v.strictObject({ type: v.literal("refresh") }),
  v.strictObject({ type: v.literal("audio"), on: v.boolean() }),
  v.strictObject({ type: v.literal("time"), sent: v.number() }),
  v.strictObject({ type: v.literal("input"), input: inputSchema }),
  v.strictObject({ type: v.literal("kill") }),
]);

/** Parses a message from a page. Returns `undefined` if the message is invalid. */
export function parseViewerMessage(text: string): ViewerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(messageSchema, value);
  return success ? output : undefined;
}
