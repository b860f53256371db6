import { randomUUID } from "node:crypto";
import type { ClosedNotice, PickerInput, PickerNotice } from "@broadcast-ipc/protocol";
import type { PageTarget } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { placeOf } from "./element-place.ts";
import { source } from "./injected/picker-script.ts?script";
import { IsolatedScript } from "./isolated-script.ts";
import type { PickerContent, PickerReport } from "./picker-report.ts";
import { RateLimit } from "./rate-limit.ts";
import type { ScriptFrame } from "./script-frame.ts";

export interface PagePickersOptions {
  /**
   * Called when a picker opens, when its content or position changes (again with its id), and when it closes.
   */
  notify(notice: PickerNotice | ClosedNotice): void;
}

/** A picker that waits for an answer. */
interface OpenPicker {
  readonly id: string;
  readonly from: ScriptFrame;
  readonly number: number;
  content: PickerContent;
  /** The notice that was sent last. */
  notice?: PickerNotice;
  isPlacing: boolean;
}

/** Maximum number of pickers that a page can open per second. */
const maxPickers = 10;

/**
 * Replaces the native pop-ups of a page by pickers that viewers show: of `<select>`, of date, time and color inputs, and the
 * suggestions of a datalist. Chromium draws these pop-ups outside the page, so a screencast does not contain them, and an
 * open pop-up takes all keys. Needs Chromium 133 or later for all but the suggestions.
 */
export class PagePickers {
  /** Resolves when pickers work in the documents that exist. Never rejects. */
  readonly ready: Promise<void>;
  readonly #script: IsolatedScript;
  readonly #notify: PagePickersOptions["notify"];
  readonly #limit = new RateLimit(maxPickers, 1000);
  #open: OpenPicker | undefined;

  private constructor({ session }: Pick<PageTarget, "session">, { notify }: PagePickersOptions) {
    this.#notify = notify;
    this.#script = IsolatedScript.start(session, source, {
      report: (report, from) => this.#report(report as PickerReport, from),
      gone: (from) => {
        if (this.#open?.from === from) this.#close();
      },
    });
    this.ready = this.#script.ready;
  }

  static start(target: Pick<PageTarget, "session">, options: PagePickersOptions): PagePickers {
    return new PagePickers(target, options);
  }

  /** The picker that waits for an answer. At most one is open. */
  get open(): PickerNotice[] {
    return this.#open?.notice ? [this.#open.notice] : [];
  }

  /**
   * Chooses a value, and closes the picker. Ignores an input whose id is not that of the open picker, and a value that the
   * native pop-up would not offer.
   */
  answer({ id, values }: PickerInput): void {
    if (!this.#open || this.#open.id !== id) return;
    const open = this.#open;
    this.#close();
    this.#answer(open, values?.[0] ?? null);
  }

  /** Removes everything from the page. Native pop-ups open again. */
  close(): void {
    this.#close();
    this.#script.close();
  }

  #report(report: PickerReport, from: ScriptFrame): void {
    const { number } = report;
    const open = this.#open?.from === from && this.#open.number === number ? this.#open : undefined;
    if (report.event === "closed") {
      if (open) this.#close();
    } else if (open) {
      open.content = report.content;
      this.#place(open);
    } else if (report.event === "open")
      this.#begin({ id: randomUUID(), from, number, content: report.content, isPlacing: false });
  }

  #begin(open: OpenPicker): void {
    const earlier = this.#open;
    this.#close();
    // A document closes its earlier picker itself.
    if (earlier && earlier.from !== open.from) this.#answer(earlier, null);
    if (this.#limit.pass()) {
      this.#open = open;
      this.#place(open);
    } else this.#answer(open, null);
  }

  /** Sends the picker's notice with its place in the window. Changes that arrive meanwhile are sent in one notice. */
  async #place(open: OpenPicker): Promise<void> {
    if (open.isPlacing) return;
    open.isPlacing = true;
    const { from, number } = open;
    let placed: PickerContent | undefined;
    while (this.#open === open && placed !== open.content) {
      placed = open.content;
      const objectId = await from.callForObject("element", number);
      const place = objectId === undefined ? undefined : await placeOf(from.frame, objectId);
      if (objectId !== undefined)
        from.frame.session.send("Runtime.releaseObject", { objectId }).catch(ignore);
      if (this.#open !== open) break;
      // Without a place, the element has been removed meanwhile.
      if (place === undefined) return this.#close();
      open.notice = { kind: "picker", id: open.id, ...place, ...placed };
      this.#notify(open.notice);
    }
    open.isPlacing = false;
  }

  #answer({ from, number }: OpenPicker, value: string | null): void {
    from.call("answer", number, value);
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.notice) this.#notify({ kind: "closed", id: open.id });
  }
}
