import type { PageTarget, PopupWindow } from "../browser/page-target.ts";
import { PageCaptureError } from "../page-capture-error.ts";
import type { CapturedWindow } from "./captured-window.ts";

/** Maximum number of pop-ups that are open at once. */
const maxPopups = 8;

interface WindowStackOptions {
  /** Whether to follow pop-ups. */
  readonly followsPopups: boolean;
  readonly open: (target: PageTarget, popup?: PopupWindow) => CapturedWindow;
  /** Another window is to be shown. The window that was shown before may be closed. */
  readonly onShown: (shown: CapturedWindow, before: CapturedWindow) => void;
  readonly onFailure: (error: Error) => void;
}

/** The captured page and the pop-ups that it has opened. The newest window is shown. */
export class WindowStack implements Iterable<CapturedWindow> {
  readonly #options: WindowStackOptions;
  readonly #root: CapturedWindow;
  #windows: CapturedWindow[];
  /** Number of pop-ups that have no session yet. */
  #attaching = 0;
  #isClosed = false;

  constructor(root: PageTarget, options: WindowStackOptions) {
    this.#options = options;
    this.#root = options.open(root);
    this.#windows = [this.#root];
    this.#watch(this.#root);
  }

  /** The captured page. */
  get root(): CapturedWindow {
    return this.#root;
  }

  /** The window that is shown. */
  get shown(): CapturedWindow {
    return this.#windows.at(-1) ?? this.#root;
  }

  [Symbol.iterator](): Iterator<CapturedWindow> {
    return this.#windows.values();
  }

  /** Stops following pop-ups, and closes the windows on this side. Leaves the browser's windows open. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#windows.map((window) => window.close()));
  }

  #watch(window: CapturedWindow): void {
    if (this.#options.followsPopups) window.target.onPopup?.((popup) => void this.#follow(popup));
  }

  async #follow(popup: PopupWindow): Promise<void> {
    if (this.#isClosed) return;
    if (this.#windows.length - 1 + this.#attaching >= maxPopups) {
      this.#options.onFailure(
        new PageCaptureError(
          "ERR_CAPTURE_TOO_MANY_POPUPS",
          `the page has opened more than ${maxPopups} pop-ups, so the newest one was closed`,
        ),
      );
      return popup.close();
    }
    this.#attaching++;
    const target = await popup.attach().catch(() => undefined);
    this.#attaching--;
    if (!target) return;
    if (this.#isClosed || target.isClosed) {
      await target.release();
      return;
    }
    const before = this.shown;
    const window = this.#options.open(target, popup);
    this.#windows.push(window);
    this.#watch(window);
    target.closed.then(() => this.#remove(window));
    this.#options.onShown(window, before);
  }

  #remove(window: CapturedWindow): void {
    const before = this.shown;
    this.#windows = this.#windows.filter((other) => other !== window);
    void window.close();
    if (!this.#isClosed && before !== this.shown) this.#options.onShown(this.shown, before);
  }
}
