import type { PageNotice } from "@broadcast-ipc/protocol";

/** Maximum number of notices that wait. */
const mostWaiting = 64;

/** Notices that wait for the receiver. A notice replaces an earlier one that it makes obsolete. Pure. */
export class NoticeQueue {
  readonly #waiting = new Map<string, PageNotice>();
  /** The dialogs and pickers that were taken and have not closed, by their keys. */
  readonly #told = new Set<string>();

  /** Adds a notice. When too many notices wait, the oldest is dropped. */
  add(notice: PageNotice): void {
    const key = keyOf(notice);
    const isReplacing = this.#waiting.delete(key);
    // The receiver was not told that this dialog or picker had opened. A change of one that it knows may wait, too.
    if (notice.kind === "closed" && isReplacing && !this.#told.has(key)) return;
    this.#waiting.set(key, notice);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > mostWaiting && oldest !== undefined) this.#waiting.delete(oldest);
  }

  /** Removes and returns the oldest notice. */
  take(): PageNotice | undefined {
    for (const [key, notice] of this.#waiting) {
      this.#waiting.delete(key);
      if (notice.kind === "dialog" || notice.kind === "picker") this.#told.add(key);
      else if (notice.kind === "closed") this.#told.delete(key);
      return notice;
    }
    return undefined;
  }

  clear(): void {
    this.#waiting.clear();
    this.#told.clear();
  }
}

/** Notices with the same key replace each other. */
function keyOf(notice: PageNotice): string {
  switch (notice.kind) {
    case "dialog":
    case "picker":
    case "closed":
      return `open ${notice.id}`;
    case "copied":
      return `copied ${notice.viewer}`;
    case "download":
      return `download ${notice.name}`;
    default:
      return notice.kind;
  }
}
