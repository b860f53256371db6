import type { PageNotice } from "@broadcast-ipc/protocol";

/** Maximum number of dialogs and pickers that are remembered. */
const maxOpen = 16;

/** What is known about the captured page: its cursor, its window, and the dialogs and pickers that are open. */
export class PageState {
  readonly #states = new Map<string, PageNotice>();
  readonly #open = new Map<string, PageNotice>();

  /** The notices that a new viewer needs. */
  get notices(): readonly PageNotice[] {
    return [...this.#states.values(), ...this.#open.values()];
  }

  /** Records a notice. */
  note(notice: PageNotice): void {
    switch (notice.kind) {
      case "cursor":
      case "window":
        this.#states.set(notice.kind, notice);
        break;
      case "dialog":
      case "picker": {
        this.#open.delete(notice.id);
        this.#open.set(notice.id, notice);
        const [oldest] = this.#open.keys();
        if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
        break;
      }
      case "closed":
        this.#open.delete(notice.id);
    }
  }

  /** Forgets everything, because the page is gone. Returns the notices that tell viewers so. */
  reset(): readonly PageNotice[] {
    const notices: PageNotice[] = [...this.#open.keys()].map((id) => ({ kind: "closed", id }));
    if (this.#states.has("cursor")) notices.push({ kind: "cursor", cursor: "default" });
    this.#open.clear();
    this.#states.clear();
    return notices;
  }
}

/** Returns the name under which a notice replaces an earlier one that still waits for a viewer; `undefined` if none. */
export function noticeName(notice: PageNotice): string | undefined {
  switch (notice.kind) {
    case "cursor":
    case "window":
      return notice.kind;
    case "dialog":
    case "picker":
    case "closed":
      return `open ${notice.id}`;
    default:
      return undefined;
  }
}
