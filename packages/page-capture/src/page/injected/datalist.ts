import { candidatesOf } from "./native-popup.ts";
import { isPickerInput, suggestions } from "./picker-element.ts";

/** Returns the input whose suggestions Chromium shows after a click or key. */
export function opensDatalist(event: Event): HTMLInputElement | undefined {
  const isClick = event instanceof MouseEvent && event.type === "click" && event.button === 0;
  const isArrow = event instanceof KeyboardEvent && /^Arrow(Up|Down)$/.test(event.key) && !event.ctrlKey;
  return isClick || isArrow ? suggestingInput(event) : undefined;
}

/** Returns the input whose suggestions change with the text that was typed. */
export function updatesDatalist(event: Event): HTMLInputElement | undefined {
  return event instanceof InputEvent ? suggestingInput(event) : undefined;
}

function suggestingInput(event: Event): HTMLInputElement | undefined {
  const input = candidatesOf(event)[0];
  if (!(input instanceof HTMLInputElement) || input.disabled || input.readOnly) return undefined;
  // The native pop-up of these types is a picker, whose suggestions come from the datalist.
  if (isPickerInput(input) || input.type === "range") return undefined;
  return suggestions(input).length > 0 ? input : undefined;
}
