import type { PickerNotice } from "@broadcast-ipc/protocol";
import { makeElement } from "./make-element.ts";

/** What to type in browsers that have no such input, which show a text field instead. */
const formats: Readonly<Record<string, string>> = {
  date: "2026-12-31",
  time: "23:59",
  "datetime-local": "2026-12-31T23:59",
  month: "2026-12",
  week: "2026-W53",
};

/** The viewer browser's own input for a date, a time or a color. */
export class ValueField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;

  constructor(
    { type, value, min, max, step }: PickerNotice,
    { label, isReadOnly, onChoose }: { label: string; isReadOnly: boolean; onChoose(): void },
  ) {
    this.input = makeElement("input", { type, min, max, step, disabled: isReadOnly });
    // Set as a property: the browser ignores a value that is not valid for the type.
    this.input.value = value ?? "";
    if (this.input.type !== type) this.input.placeholder = formats[type] ?? "";
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      onChoose();
    });
    this.element = makeElement("label", { class: "value" }, makeElement("span", {}, label), this.input);
  }

  /** The value to send, or `undefined` if the input is incomplete or out of range, which the browser then shows. */
  get values(): string[] | undefined {
    return this.input.reportValidity() ? [this.input.value] : undefined;
  }

  /** Opens the browser's own picker, if the browser allows that without another click. */
  open(): void {
    try {
      this.input.showPicker();
    } catch {
      // The last action of the viewer is too long ago, or the page is in a frame of another origin.
    }
  }
}
