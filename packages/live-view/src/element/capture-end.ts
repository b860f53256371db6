import type { CaptureNotice } from "@broadcast-ipc/protocol";

/** Time in ms after which the end of a capture takes effect. Another capture often follows, such as that of another page. */
const endDelay = 1_000;

const reasons: Readonly<Record<CaptureNotice["state"], string | undefined>> = {
  running: undefined,
  closed: "The page was closed.",
  crashed: "The page has crashed.",
  stopped: "The capture was stopped.",
};

/** Whether the capture of the page has ended, and why. */
export class CaptureEnd {
  readonly #onChange: () => void;
  #reason: string | undefined;
  #next: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onChange Called when the reason may have changed, by {@link learn} or after its delay. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** A sentence that says why the capture has ended; `undefined` while it runs. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Takes what the server reports. With `isDelayed`, a first end takes effect after a second. */
  learn({ state }: CaptureNotice, isDelayed: boolean): void {
    clearTimeout(this.#timer);
    this.#next = reasons[state];
    const waits = isDelayed && this.#reason === undefined && this.#next !== undefined;
    if (waits) this.#timer = setTimeout(this.#apply, endDelay);
    else this.#apply();
  }

  /** Ends the delay. Does not call `onChange`. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#reason = this.#next;
  }

  /** Forgets the end, because the connection is new or lost. Does not call `onChange`. */
  clear(): void {
    this.#next = undefined;
    this.hurry();
  }

  #apply = (): void => {
    this.hurry();
    this.#onChange();
  };
}
