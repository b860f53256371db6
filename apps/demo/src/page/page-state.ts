/** The state that the page shows. */
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

/** The elements that {@link PageState} writes to. */
export interface PageStateElements {
  readonly body: HTMLElement;
  readonly status: HTMLElement;
  /** Text over the video. */
  readonly notice: HTMLElement;
  /** Hidden text that screen readers read aloud together with the status. */
  readonly spoken: HTMLElement;
}

/** Shows the state of the page as a phrase in the header and a notice over the video. */
export class PageState {
  readonly #elements: PageStateElements;
  #name: PageStateName = "connecting";

  constructor(elements: PageStateElements) {
    this.#elements = elements;
  }

  get name(): PageStateName {
    return this.#name;
  }

  /** Whether the broadcast is running, even if this viewer is stalled. */
  get isWatching(): boolean {
    return this.#name === "live" || this.#name === "still" || this.#name === "stalled";
  }

  /** Changes the state. The notice shows the sentence `reason` and the duration `time` of the state so far. */
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

/**
 * Sets the text if it has changed. Screen readers would read a live region again if its text were set to the same
 * value.
 */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
