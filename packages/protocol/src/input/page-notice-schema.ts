import * as v from "valibot";
import { ProtocolError } from "../protocol-error.ts";
import type { PageNotice } from "./page-notice.ts";

const maxOptions = 1_000;
const text = v.pipe(v.string(), v.maxLength(4_096));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const number = v.pipe(v.number(), v.finite());
const optionalText = v.exactOptional(text);
const flag = v.exactOptional(v.boolean());

const notice: v.GenericSchema<unknown, PageNotice> = v.variant("kind", [
  v.strictObject({ kind: v.literal("cursor"), cursor: v.pipe(v.string(), v.regex(/^[a-z-]{1,32}$/)) }),
  v.strictObject({
    kind: v.literal("dialog"),
    id: name,
    type: v.picklist(["alert", "confirm", "prompt", "beforeunload"]),
    message: text,
    defaultValue: optionalText,
    timeout: v.exactOptional(v.pipe(number, v.minValue(0))),
  }),
  v.strictObject({
    kind: v.literal("picker"),
    id: name,
    type: v.picklist(["select", "datalist", "color", "date", "time", "datetime-local", "month", "week"]),
    x: number,
    y: number,
    width: number,
    height: number,
    value: optionalText,
    options: v.exactOptional(
      v.pipe(
        v.array(
          v.strictObject({
            value: text,
            label: text,
            selected: flag,
            disabled: flag,
            group: optionalText,
          }),
        ),
        v.maxLength(maxOptions),
      ),
    ),
    multiple: flag,
    min: optionalText,
    max: optionalText,
    step: optionalText,
  }),
  v.strictObject({ kind: v.literal("closed"), id: name }),
  v.strictObject({
    kind: v.literal("copied"),
    viewer: v.exactOptional(name),
    text: v.pipe(v.string(), v.maxLength(1_000_000)),
  }),
  v.strictObject({ kind: v.literal("file-chooser"), multiple: v.boolean() }),
  v.strictObject({ kind: v.literal("download"), name: text }),
  v.strictObject({ kind: v.literal("crash"), reloading: v.boolean() }),
  v.strictObject({ kind: v.literal("window"), url: text, title: text, isPopup: v.boolean() }),
]);

/**
 * Checks the data of an application message of type "page". Throws ERR_PROTOCOL_INVALID_MESSAGE, whose message names the
 * invalid field.
 */
export function parsePageNotice(data: unknown): PageNotice {
  const result = v.safeParse(notice, data);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw new ProtocolError(
    "ERR_PROTOCOL_INVALID_MESSAGE",
    `a page notice is invalid${where === null ? "" : ` at ${where}`}: ${issue.message}`,
  );
}
