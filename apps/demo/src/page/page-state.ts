/** Whether there is something to see. */
export type PageStateName = "connecting" | "live" | "still" | "stalled" | "interrupted" | "ended" | "lost";

const words: Record<PageStateName, string> = {
  connecting: "Connecting",
  live: "Live",
  still: "Nothing has changed lately",
  stalled: "Stalled",
  interrupted: "Interrupted",
  ended: "Ended",
  lost: "Connection lost",
};

/** Where {@link PageState} writes. */
export interface PageStateElements {
  readonly body: HTMLElement;
  readonly status: HTMLElement;
  /** Over the picture. */
  readonly notice: HTMLElement;
  /** Read aloud with the status. */
  readonly spoken: HTMLElement;
}

/** Says in the page what state it is in: a word in the header, and a notice over the picture. */
export class PageState {
  readonly #elements: PageStateElements;
  #name: PageStateName = "connecting";

  constructor(elements: PageStateElements) {
    this.#elements = elements;
  }

  get name(): PageStateName {
    return this.#name;
  }

  /** Whether pictures come, or would. */
  get isWatching(): boolean {
    return this.#name === "live" || this.#name === "still" || this.#name === "stalled";
  }

  /** Goes to a state; `reason` is a sentence on it, and `time` how long it has lasted. */
  enter(name: PageStateName, reason = "", time = ""): void {
    const { body, status, notice, spoken } = this.#elements;
    this.#name = name;
    body.dataset.state = name;
    write(status, words[name]);
    write(spoken, reason);
    write(notice, `${reason} ${time}`.trim());
    notice.hidden = reason === "";
  }
}

/** Only when it changes, or it would be read aloud again. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
