import type { PickerReport } from "../picker-report.ts";
import { targetOf } from "./events.ts";
import { focused } from "./native-popup.ts";
import { choose, type Described, describe, type PickerElement } from "./picker-element.ts";

/** Interval of the checks whether an element with an open picker has changed or is gone, in ms. */
const watchInterval = 250;

interface OpenPickerOptions {
  readonly number: number;
  readonly isDatalist: boolean;
  report(report: PickerReport): void;
  closed(): void;
}

/** A picker that viewers show in place of the native pop-up of an element. Reports what happens to the element. */
export class OpenPicker {
  readonly element: PickerElement;
  readonly number: number;
  readonly isDatalist: boolean;
  readonly #options: OpenPickerOptions;
  readonly #hadFocus: boolean;
  readonly #timer: number;
  #described: Described;
  /** What was reported last. */
  #state: string;
  #isClosed = false;

  constructor(element: PickerElement, options: OpenPickerOptions) {
    this.element = element;
    this.number = options.number;
    this.isDatalist = options.isDatalist;
    this.#options = options;
    this.#hadFocus = focused() === element;
    this.#described = describe(element, this.isDatalist);
    this.#state = this.#stateOf();
    this.#timer = setInterval(() => this.check(), watchInterval);
    this.#report("open");
  }

  /** Reports changes of the element. Closes the picker of an element that can no longer have one. */
  check(): void {
    this.#described = describe(this.element, this.isDatalist);
    const isEmpty = this.isDatalist && this.#described.choices.size === 0;
    if (isEmpty || !this.#isUsable()) this.close();
    if (this.#isClosed) return;
    const state = this.#stateOf();
    if (state === this.#state) return;
    this.#state = state;
    this.#report("change");
  }

  /** Closes the picker on events that would close a native pop-up. */
  handle(event: Event): void {
    const isOwn = targetOf(event) === this.element;
    const closes =
      (event.type === "focusout" && isOwn && this.#hadFocus) ||
      (event.type === "mousedown" && !isOwn) ||
      (event instanceof KeyboardEvent && event.key === "Escape") ||
      event.type === "pagehide";
    if (closes) this.close();
  }

  /** Chooses a value, and closes the picker. With `null`, only closes the picker. */
  answer(value: string | null): void {
    this.close();
    if (value !== null && this.#isUsable()) choose(this.element, value, this.#described);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#options.closed();
    this.#options.report({ event: "closed", number: this.number });
  }

  #isUsable(): boolean {
    const { element } = this;
    const isLocked =
      element.disabled || element.matches(":disabled") || ("readOnly" in element && element.readOnly);
    return element.isConnected && !isLocked && element.getClientRects().length > 0;
  }

  #stateOf(): string {
    const { x, y, width, height } = this.element.getBoundingClientRect();
    return JSON.stringify([this.#described.content, x, y, width, height]);
  }

  #report(event: "open" | "change"): void {
    this.#options.report({ event, number: this.number, content: this.#described.content });
  }
}
