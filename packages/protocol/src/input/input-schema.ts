import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
import { fields, flag, integer, list, number, oneOf, optional, text } from "../wire/fields.ts";
import type { InputMessage, ViewerInput } from "./input-message.ts";
import { contentParser } from "./parse-content.ts";

/** Maximum length of the text of a paste, in UTF-16 code units. */
export const maxPasteLength = 1_000_000;

/** Maximum length of other texts of an input, in UTF-16 code units. */
export const maxInputTextLength = 4_096;

const share = number(0, 1);
const distance = number(-100_000, 100_000);
const shortText = text(maxInputTextLength);
const name = text(64, 1);
const position = { x: share, y: share };
const viewer = { viewer: optional(name) };
const modifiers = { alt: optional(flag), ctrl: optional(flag), meta: optional(flag), shift: optional(flag) };

const parse = contentParser<InputMessage>("input", {
  pointer: fields({
    kind: v.literal("pointer"),
    event: oneOf("move", "down", "up"),
    ...position,
    button: oneOf("none", "left", "middle", "right", "back", "forward"),
    clickCount: integer(0, 100),
    ...modifiers,
    ...viewer,
  }),
  wheel: fields({
    kind: v.literal("wheel"),
    ...position,
    deltaX: distance,
    deltaY: distance,
    deltaMode: optional(oneOf("pixel", "line", "page")),
    ...modifiers,
    ...viewer,
  }),
  touch: fields({
    kind: v.literal("touch"),
    event: oneOf("start", "move", "end", "cancel"),
    points: list(fields({ id: integer(0), ...position }), 16),
    ...modifiers,
    ...viewer,
  }),
  key: fields({
    kind: v.literal("key"),
    event: oneOf("down", "up"),
    key: name,
    code: text(64),
    location: optional(oneOf(0, 1, 2, 3)),
    repeat: optional(flag),
    ...modifiers,
    ...viewer,
  }),
  text: fields({ kind: v.literal("text"), text: shortText, ...viewer }),
  composition: fields({
    kind: v.literal("composition"),
    text: shortText,
    cursor: optional(integer(0, maxInputTextLength)),
    ...viewer,
  }),
  paste: fields({ kind: v.literal("paste"), text: text(maxPasteLength), ...viewer }),
  copy: fields({ kind: v.literal("copy"), cut: optional(flag), ...viewer }),
  dialog: fields({
    kind: v.literal("dialog"),
    id: name,
    accept: flag,
    text: optional(shortText),
    ...viewer,
  }),
  // Not fields(), which would remove the values if they are null.
  picker: v.pipe(
    v.object({
      kind: v.literal("picker"),
      id: name,
      values: v.nullable(list(shortText, 1_000)),
      ...viewer,
    }),
    v.transform(({ viewer, ...input }) => ({ ...input, ...(typeof viewer === "string" && { viewer }) })),
  ),
  "close-window": fields({ kind: v.literal("close-window"), ...viewer }),
  release: fields({ kind: v.literal("release"), ...viewer }),
});

/**
 * Checks the content of an application message of type "input". Returns it without unknown fields. Throws
 * ERR_PROTOCOL_INVALID_MESSAGE, whose message names the invalid field.
 *
 * @param payload The payload of the message, which has the content if there is no data, see {@link messageContent}.
 * @example
 * for await (const { data, payload } of uploader.messages({ types: [inputMessageType] })) {
 *   perform(parseInputMessage(data, payload));
 * }
 */
export function parseInputMessage(data: unknown, payload?: Uint8Array): InputMessage {
  return parse(data, payload);
}

/**
 * Checks an input that a viewer sent. Like {@link parseInputMessage}, but rejects an input that names a viewer, because
 * only the process that admits viewers may name them.
 */
export function parseViewerInput(data: unknown): ViewerInput {
  const input = parse(data, undefined);
  if (input.viewer === undefined) return input;
  throw new ProtocolError("ERR_PROTOCOL_INVALID_MESSAGE", "input, viewer: a viewer must not name itself");
}
