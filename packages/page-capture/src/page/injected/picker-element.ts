import type { PickerContent } from "../picker-report.ts";

export type PickerElement = HTMLSelectElement | HTMLInputElement;

const inputTypes = ["date", "time", "datetime-local", "month", "week", "color"] as const;

/** Bounds of the notice. */
const maxOptions = 1000;
const maxText = 4096;
const maxTotalText = 200_000;

/** Whether Chromium opens a pop-up for the type of the input. */
export function isPickerInput(input: HTMLInputElement): boolean {
  return (inputTypes as readonly string[]).includes(input.type);
}

/** Cuts a text, and replaces lone surrogates, which a message cannot contain. */
function bounded(text: string): string {
  return text.slice(0, maxText).toWellFormed();
}

/** The content of the picker for an element, and what its values choose. */
export interface Described {
  readonly content: PickerContent;
  readonly choices: ReadonlyMap<string, HTMLOptionElement>;
}

/** Describes the element and its choices. `isDatalist` is for an input whose datalist is open. */
export function describe(element: PickerElement, isDatalist: boolean): Described {
  if (element instanceof HTMLSelectElement) {
    const choices = keyed([...element.options]);
    const entries = [...choices].map(([value, option]) => ({
      value,
      label: bounded(option.label),
      ...(option.selected && { selected: true }),
      ...(option.matches(":disabled") && { disabled: true }),
      ...(option.parentElement instanceof HTMLOptGroupElement && {
        group: bounded(option.parentElement.label),
      }),
    }));
    return { content: { type: "select", options: entries }, choices };
  }
  const value = bounded(element.value);
  if (isDatalist) {
    const choices = keyed(suggestions(element));
    const options = [...choices].map(([key, option]) => ({
      value: key,
      label: bounded(option.label || option.value),
    }));
    return { content: { type: "datalist", value, options }, choices };
  }
  const bounds = Object.entries({ min: element.min, max: element.max, step: element.step });
  return {
    content: {
      type: element.type as (typeof inputTypes)[number],
      value,
      ...Object.fromEntries(bounds.filter(([, bound]) => /^[\w.:+-]{1,64}$/.test(bound))),
    },
    choices: new Map(),
  };
}

/** Returns the options of the input's datalist that Chromium suggests for its value. */
export function suggestions(input: HTMLInputElement): HTMLOptionElement[] {
  const typed = input.value.toLowerCase();
  const matches = ({ value, label }: HTMLOptionElement) =>
    value.toLowerCase().includes(typed) || label.toLowerCase().includes(typed);
  return [...(input.list?.options ?? [])].filter(
    (option) => option.value !== "" && !option.disabled && matches(option),
  );
}

/** Returns the label of the option's `<optgroup>`; empty without one. */
function groupOf({ parentElement }: HTMLOptionElement): string {
  return parentElement instanceof HTMLOptGroupElement ? parentElement.label : "";
}

/** Makes the values of the options distinct, because a viewer chooses an option by its value. Drops options over the bounds. */
function keyed(options: readonly HTMLOptionElement[]): Map<string, HTMLOptionElement> {
  const keys = new Map<string, HTMLOptionElement>();
  let total = 0;
  for (const [index, option] of options.slice(0, maxOptions).entries()) {
    total += option.value.length + option.label.length + groupOf(option).length;
    if (total > maxTotalText) break;
    const value = bounded(option.value);
    keys.set(keys.has(value) ? `${bounded(value.slice(0, maxText - 8))} #${index}` : value, option);
  }
  return keys;
}

/** Sets the value as if it was chosen in the native pop-up. Ignores a value that the pop-up does not offer. */
export function choose(element: PickerElement, value: string, { content, choices }: Described): void {
  if (element instanceof HTMLSelectElement) {
    const option = choices.get(value);
    if (!option || option.matches(":disabled") || ![...element.options].includes(option) || option.selected)
      return;
    element.selectedIndex = option.index;
  } else {
    const earlier = element.value;
    element.value = content.type === "datalist" ? (choices.get(value)?.value ?? earlier) : value;
    if (content.type !== "datalist" && !isOffered(element, value)) element.value = earlier;
    if (element.value === earlier) return;
  }
  element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Whether the native pop-up of a date, time or color input offers the value, which the input has taken if it is valid. */
function isOffered({ type, validity, value: taken, required }: HTMLInputElement, value: string): boolean {
  if (type === "color") return CSS.supports("color", value);
  if (value === "") return !required;
  return taken !== "" && !validity.rangeUnderflow && !validity.rangeOverflow && !validity.stepMismatch;
}
