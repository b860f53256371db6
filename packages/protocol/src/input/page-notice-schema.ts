import * as v from "valibot";
import { fields, flag, list, number, oneOf, optional, text } from "../wire/fields.ts";
import type { PageNotice } from "./page-notice.ts";
import { contentParser } from "./parse-content.ts";

/** Maximum length of a copied text, in UTF-16 code units. */
export const maxCopyLength = 1_000_000;

/** Maximum length of other texts of a notice, in UTF-16 code units. */
export const maxNoticeTextLength = 4_096;

/** Maximum number of options of a picker. */
export const maxPickerOptions = 1_000;

const shortText = text(maxNoticeTextLength);
const optionalText = optional(shortText);
const optionalFlag = optional(flag);
const name = text(64, 1);

const parse = contentParser<PageNotice>("page notice", {
  cursor: fields({
    kind: v.literal("cursor"),
    cursor: v.custom<string>(
      (input) => typeof input === "string" && /^[a-z-]{1,32}$/.test(input),
      "must be a keyword of the CSS property cursor",
    ),
  }),
  dialog: fields({
    kind: v.literal("dialog"),
    id: name,
    type: oneOf("alert", "confirm", "prompt", "beforeunload"),
    message: shortText,
    defaultValue: optionalText,
    timeout: optional(number(0)),
  }),
  picker: fields({
    kind: v.literal("picker"),
    id: name,
    type: oneOf("select", "datalist", "color", "date", "time", "datetime-local", "month", "week"),
    x: number(),
    y: number(),
    width: number(),
    height: number(),
    value: optionalText,
    options: optional(
      list(
        fields({
          value: shortText,
          label: shortText,
          selected: optionalFlag,
          disabled: optionalFlag,
          group: optionalText,
        }),
        maxPickerOptions,
      ),
    ),
    multiple: optionalFlag,
    min: optionalText,
    max: optionalText,
    step: optionalText,
  }),
  closed: fields({ kind: v.literal("closed"), id: name }),
  copied: fields({ kind: v.literal("copied"), viewer: optional(name), text: text(maxCopyLength) }),
  "file-chooser": fields({ kind: v.literal("file-chooser"), multiple: flag }),
  download: fields({ kind: v.literal("download"), name: shortText }),
  crash: fields({ kind: v.literal("crash"), reloading: flag }),
  capture: fields({
    kind: v.literal("capture"),
    state: oneOf("running", "closed", "crashed", "stopped"),
  }),
  window: fields({ kind: v.literal("window"), url: shortText, title: shortText, isPopup: flag }),
});

/**
 * Checks the content of an application message of type "page". Returns it without unknown fields. Throws
 * ERR_PROTOCOL_INVALID_MESSAGE, whose message names the invalid field.
 *
 * @param payload The payload of the message, which has the content if there is no data, see {@link messageContent}.
 */
export function parsePageNotice(data: unknown, payload?: Uint8Array): PageNotice {
  return parse(data, payload);
}
