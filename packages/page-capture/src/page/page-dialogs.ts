import { randomUUID } from "node:crypto";
import type { ClosedNotice, DialogInput, DialogNotice } from "@broadcast-ipc/protocol";
import type { PageDialog, PageTarget } from "../browser/page-target.ts";
import { noticeText } from "./notice-text.ts";

export interface PageDialogsOptions {
  /** Called when a dialog opens and when it closes. */
  notify(notice: DialogNotice | ClosedNotice): void;
  /** Time in ms after which a dialog without an answer is closed. */
  readonly timeout: number;
  /**
   * Whether the time-out accepts the dialog, or a function that decides for each dialog. If the function throws, the dialog
   * is dismissed. Accepting a `beforeunload` dialog leaves the page.
   */
  readonly accept: boolean | ((dialog: DialogNotice) => boolean);
}

interface OpenDialog {
  readonly notice: DialogNotice;
  readonly dialog: PageDialog;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells viewers about the dialogs of a page, and answers the dialogs for them: alert, confirm, prompt and beforeunload. A
 * dialog blocks its page, so at most one is open.
 */
export class PageDialogs {
  readonly #options: PageDialogsOptions;
  readonly #stop: () => void;
  readonly #open = new Map<string, OpenDialog>();

  /** Starts to listen. Dialogs that the host program listens to itself are not reported. */
  constructor(target: Pick<PageTarget, "onDialog">, options: PageDialogsOptions) {
    this.#options = options;
    this.#stop = target.onDialog((dialog) => this.#opened(dialog));
  }

  /** The dialogs that wait for an answer. */
  get open(): DialogNotice[] {
    return Array.from(this.#open.values(), ({ notice }) => notice);
  }

  /** Answers the dialog with the id of the input. Ignores an unknown id. */
  answer({ id, accept, text }: DialogInput): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#closed(id);
    open.dialog.answer(accept, text);
  }

  /** Stops listening. Answers open dialogs as their time-outs would. */
  close(): void {
    this.#stop();
    for (const { notice } of this.#open.values()) this.#answerAlone(notice);
  }

  #opened(dialog: PageDialog): void {
    const { type, message, defaultValue } = dialog;
    const { timeout } = this.#options;
    const notice: DialogNotice = {
      kind: "dialog",
      id: randomUUID(),
      type,
      message: noticeText(message),
      ...(type === "prompt" && { defaultValue: noticeText(defaultValue) }),
      timeout,
    };
    const timer = setTimeout(() => this.#answerAlone(notice), timeout);
    this.#open.set(notice.id, { notice, dialog, timer });
    this.#options.notify(notice);
    dialog.closed.then(() => this.#closed(notice.id));
  }

  #answerAlone(notice: DialogNotice): void {
    this.answer({ kind: "dialog", id: notice.id, accept: this.#accepts(notice) });
  }

  #accepts(notice: DialogNotice): boolean {
    const { accept } = this.#options;
    if (typeof accept === "boolean") return accept;
    try {
      return accept(notice);
    } catch {
      return false;
    }
  }

  #closed(id: string): void {
    const open = this.#open.get(id);
    if (!open) return;
    clearTimeout(open.timer);
    this.#open.delete(id);
    this.#options.notify({ kind: "closed", id });
  }
}
