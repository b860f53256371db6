import type { BroadcastView } from "@broadcast-ipc/live-view/element";

/** Duration of a stall in seconds. */
const length = 5;

/** Time until the count of skipped frames is complete on this page, in ms: the server reports it twice a second. */
const countTime = 600;

interface StallHandlers {
  /** Called when a stall has begun or ended. */
  onChange(): void;
  /** Called with a sentence for the viewer. */
  onNews(sentence: string): void;
}

/** The button that stalls this viewer: for five seconds, the page takes no frames. */
export class Stall {
  readonly #button: HTMLButtonElement;
  readonly #view: BroadcastView;
  readonly #handlers: StallHandlers;
  readonly #label: string | null;
  #isOffered = false;
  #isOn = false;
  #replaced = 0;
  /** The end of the last stall, until the viewer has been told what it has skipped. */
  #end: { readonly at: number; readonly replacedBefore: number; frameAt?: number } | undefined;

  constructor(button: HTMLButtonElement, view: BroadcastView, handlers: StallHandlers) {
    this.#button = button;
    this.#label = button.textContent;
    this.#view = view;
    this.#handlers = handlers;
    button.addEventListener("click", () => {
      if (!this.#isOn && this.#isOffered) void this.#run();
    });
    view.addEventListener("frame", () => {
      if (this.#end) this.#end.frameAt ??= performance.now();
    });
    view.addEventListener("figures", ({ detail }) => this.#count(detail.replaced));
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Enables or disables the button. */
  offer(isOffered: boolean): void {
    this.#isOffered = isOffered;
    // The first frame after an interruption says nothing about a stall.
    if (!isOffered) this.#end = undefined;
    this.#update();
  }

  #count(replaced: number): void {
    this.#replaced = replaced;
    const end = this.#end;
    if (end?.frameAt === undefined || performance.now() - end.frameAt < countTime) return;
    this.#end = undefined;
    const skipped = replaced - end.replacedBefore;
    if (skipped === 0) return;
    const frames = skipped === 1 ? "one frame was" : `${skipped} frames were`;
    const wait = Math.round(end.frameAt - end.at);
    this.#handlers.onNews(`Back after ${wait} ms: ${frames} skipped, and none queued up.`);
  }

  async #run(): Promise<void> {
    const replacedBefore = this.#replaced;
    this.#turn(true);
    for (let left = length; left > 0; left--) {
      this.#button.textContent = `Stalled, ${left} s`;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    this.#button.textContent = this.#label;
    this.#turn(false);
    if (this.#isOffered) this.#end = { at: performance.now(), replacedBefore };
  }

  #turn(on: boolean): void {
    this.#isOn = on;
    this.#view.paused = on;
    this.#update();
    this.#handlers.onChange();
  }

  /** Sets aria-disabled instead of `disabled`, because a disabled button would lose the keyboard focus. */
  #update(): void {
    this.#button.ariaDisabled = String(this.#isOn || !this.#isOffered);
  }
}
