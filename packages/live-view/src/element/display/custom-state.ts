import type { ViewStateName } from "../view-state.ts";

/**
 * Shows the state of an element to style sheets as `:state(live)`, and in browsers without custom states as the attribute
 * `data-state="live"`.
 */
export class CustomState {
  readonly #element: HTMLElement;
  readonly #states: CustomStateSet | undefined;
  #name: ViewStateName | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
    // Old versions of Chromium have other names of states, which :state() does not match.
    if (CSS.supports("selector(:state(live))")) this.#states = element.attachInternals().states;
  }

  set name(name: ViewStateName) {
    if (this.#states === undefined) {
      this.#element.dataset.state = name;
    } else {
      if (this.#name !== undefined) this.#states.delete(this.#name);
      this.#states.add(name);
    }
    this.#name = name;
  }
}
