import fc from "fast-check";
import type { InputMessage, PageNotice } from "../../src/index.ts";

/** Well-formed text, including characters beyond U+FFFF. */
const text = (maxLength: number, minLength = 0) =>
  fc.string({ unit: "binary", minLength, maxLength: maxLength / 2 });
const id = text(64, 1);
/** -0 is left out, because JSON has none. */
const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const position = { x: number(0, 1), y: number(0, 1) };
const modifiers = { alt: fc.boolean(), ctrl: fc.boolean(), meta: fc.boolean(), shift: fc.boolean() };

function content(required: Record<string, fc.Arbitrary<unknown>>, optional = {}): fc.Arbitrary<unknown> {
  const all: Record<string, fc.Arbitrary<unknown>> = { ...required, ...optional };
  return fc.record(all, { requiredKeys: Object.keys(required) });
}

function input(kind: string, required = {}, optional = {}): fc.Arbitrary<unknown> {
  return content({ kind: fc.constant(kind), ...required }, { viewer: id, ...optional });
}

/** Valid inputs of all kinds. */
export const inputs = fc.oneof(
  input(
    "pointer",
    {
      event: fc.constantFrom("move", "down", "up"),
      ...position,
      button: fc.constantFrom("none", "left", "middle", "right", "back", "forward"),
      clickCount: fc.nat(100),
    },
    modifiers,
  ),
  input(
    "wheel",
    { ...position, deltaX: number(-1e5, 1e5), deltaY: number(-1e5, 1e5) },
    { deltaMode: fc.constantFrom("pixel", "line", "page"), ...modifiers },
  ),
  input(
    "touch",
    {
      event: fc.constantFrom("start", "move", "end", "cancel"),
      points: fc.array(fc.record({ id: fc.maxSafeNat(), ...position }), { maxLength: 16 }),
    },
    modifiers,
  ),
  input(
    "key",
    { event: fc.constantFrom("down", "up"), key: id, code: text(64) },
    { location: fc.constantFrom(0, 1, 2, 3), repeat: fc.boolean(), ...modifiers },
  ),
  input("text", { text: text(4096) }),
  input("composition", { text: text(4096) }, { cursor: fc.nat(4096) }),
  input("paste", { text: text(4096) }),
  input("copy", {}, { cut: fc.boolean() }),
  input("dialog", { id, accept: fc.boolean() }, { text: text(4096) }),
  input("picker", { id, values: fc.option(fc.array(text(100))) }),
  input("close-window"),
  input("release"),
) as fc.Arbitrary<InputMessage>;

function notice(kind: string, required: Record<string, fc.Arbitrary<unknown>>, optional = {}) {
  return content({ kind: fc.constant(kind), ...required }, optional);
}

const any = number(-Number.MAX_VALUE, Number.MAX_VALUE);

/** Valid notices of all kinds. */
export const notices = fc.oneof(
  notice("cursor", { cursor: fc.constantFrom("default", "pointer", "nwse-resize") }),
  notice(
    "dialog",
    { id, type: fc.constantFrom("alert", "confirm", "prompt", "beforeunload"), message: text(4096) },
    { defaultValue: text(4096), timeout: number(0, 1e9) },
  ),
  notice(
    "picker",
    {
      id,
      type: fc.constantFrom("select", "datalist", "color", "date"),
      x: any,
      y: any,
      width: any,
      height: any,
    },
    {
      value: text(4096),
      options: fc.array(
        content(
          { value: text(100), label: text(100) },
          { selected: fc.boolean(), disabled: fc.boolean(), group: text(100) },
        ),
      ),
      multiple: fc.boolean(),
      min: text(20),
      max: text(20),
      step: text(20),
    },
  ),
  notice("closed", { id }),
  notice("copied", { text: text(4096) }, { viewer: id }),
  notice("file-chooser", { multiple: fc.boolean() }),
  notice("download", { name: text(4096) }),
  notice("crash", { reloading: fc.boolean() }),
  notice("capture", { state: fc.constantFrom("running", "closed", "crashed", "stopped") }),
  notice("window", { url: text(4096), title: text(4096), isPopup: fc.boolean() }),
) as fc.Arbitrary<PageNotice>;
