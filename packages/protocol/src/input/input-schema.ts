import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
import type { InputMessage, ViewerInput } from "./input-message.ts";

/** Maximum length of the text of a paste, in UTF-16 code units. */
export const maxPasteLength = 1_000_000;

/** Maximum length of other texts, in UTF-16 code units. */
const maxInputTextLength = 4_096;

const maxTouches = 16;
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const distance = v.pipe(v.number(), v.minValue(-100_000), v.maxValue(100_000));
const text = v.pipe(v.string(), v.maxLength(maxInputTextLength));
const name = v.pipe(v.string(), v.maxLength(64));
const keyName = v.pipe(name, v.minLength(1));
const flag = v.exactOptional(v.boolean());
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const modifiers = { alt: flag, ctrl: flag, meta: flag, shift: flag };
const viewer = { viewer: v.exactOptional(keyName) };

const message: v.GenericSchema<unknown, InputMessage> = v.variant("kind", [
  v.strictObject({
    kind: v.literal("pointer"),
    event: v.picklist(["move", "down", "up"]),
    x: share,
    y: share,
    button: v.picklist(["none", "left", "middle", "right", "back", "forward"]),
    clickCount: v.pipe(whole, v.maxValue(3)),
    ...modifiers,
    ...viewer,
  }),
  v.strictObject({
    kind: v.literal("wheel"),
    x: share,
    y: share,
    deltaX: distance,
    deltaY: distance,
    deltaMode: v.exactOptional(v.picklist(["pixel", "line", "page"])),
    ...modifiers,
    ...viewer,
  }),
  v.strictObject({
    kind: v.literal("touch"),
    event: v.picklist(["start", "move", "end", "cancel"]),
    points: v.pipe(v.array(v.strictObject({ id: whole, x: share, y: share })), v.maxLength(maxTouches)),
    ...modifiers,
    ...viewer,
  }),
  v.strictObject({
    kind: v.literal("key"),
    event: v.picklist(["down", "up"]),
    key: keyName,
    code: name,
    location: v.exactOptional(v.picklist([0, 1, 2, 3])),
    repeat: flag,
    ...modifiers,
    ...viewer,
  }),
  v.strictObject({ kind: v.literal("text"), text, ...viewer }),
  v.strictObject({ kind: v.literal("composition"), text, cursor: v.exactOptional(whole), ...viewer }),
  v.strictObject({
    kind: v.literal("paste"),
    text: v.pipe(v.string(), v.maxLength(maxPasteLength)),
    ...viewer,
  }),
  v.strictObject({ kind: v.literal("copy"), cut: flag, ...viewer }),
  v.strictObject({
    kind: v.literal("dialog"),
    id: keyName,
    accept: v.boolean(),
    text: v.exactOptional(text),
    ...viewer,
  }),
  v.strictObject({
    kind: v.literal("picker"),
    id: keyName,
    values: v.nullable(v.pipe(v.array(text), v.maxLength(1_000))),
    ...viewer,
  }),
  v.strictObject({ kind: v.literal("release"), ...viewer }),
]);

/**
 * Checks the data of an application message of type "input". Throws ERR_PROTOCOL_INVALID_MESSAGE, whose message names the
 * invalid field.
 * @example
 * for await (const { data } of uploader.messages({ types: [inputMessageType] })) perform(parseInputMessage(data));
 */
export function parseInputMessage(data: unknown): InputMessage {
  const result = v.safeParse(message, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw new ProtocolError(
    "ERR_PROTOCOL_INVALID_MESSAGE",
    `an input is invalid${where === null ? "" : ` at ${where}`}: ${issue.message}`,
  );
}

/**
 * Checks an input that a viewer sent. Like {@link parseInputMessage}, but rejects an input that names a viewer, because
 * only the process that admits viewers may name them.
 */
export function parseViewerInput(data: unknown): ViewerInput {
  const input = parseInputMessage(data);
  if (input.viewer === undefined) return input;
  throw new ProtocolError(
    "ERR_PROTOCOL_INVALID_MESSAGE",
    "an input is invalid at viewer: a viewer cannot name itself",
  );
}
