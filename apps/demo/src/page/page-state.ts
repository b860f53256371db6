/** Whether there is something to see. */
export type PageStateName = "connecting" | "live" | "still" | "stalled" | "interrupted" | "ended" | "lost";

const words: Record<PageStateName, string> = {
  connecting: "Connecting",
  live: "Live",
  still: "Standing still",
  stalled: "Stalled",
  interrupted: "Interrupted",
  ended: "Ended",
  lost: "Connection lost",
};

/** Says in the page what state it is in: a word in the header, and a notice over the picture. */
export class PageState {
  readonly #body: HTMLElement;
  readonly #status: HTMLElement;
  readonly #notice: HTMLElement;
  #name: PageStateName = "connecting";

  constructor(body: HTMLElement, status: HTMLElement, notice: HTMLElement) {
    this.#body = body;
    this.#status = status;
    this.#notice = notice;
  }

  get name(): PageStateName {
    return this.#name;
  }

  /** Goes to a state; `detail` is what people should know besides. */
  enter(name: PageStateName, detail = ""): void {
    this.#name = name;
    this.#body.dataset.state = name;
    // Written only when it changes, or it would be read aloud again.
    if (this.#status.textContent !== words[name]) this.#status.textContent = words[name];
    this.#notice.textContent = detail;
    this.#notice.hidden = detail === "";
  }
}
