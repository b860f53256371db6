import type { DialogNotice, PageNotice, PickerNotice } from "@broadcast-ipc/protocol";

/** Maximum number of dialogs and pickers that are remembered. */
const maxOpen = 16;

interface OpenNotice {
  readonly notice: DialogNotice | PickerNotice;
  /** Time of arrival in ms. */
  readonly at: number;
}

/** What is known about the captured page: its cursor, its window, and the dialogs and pickers that are open. */
export class PageState {
  readonly #states = new Map<string, PageNotice>();
  readonly #open = new Map<string, OpenNotice>();
  readonly #now: () => number;

  /** @param now Returns the time in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The notices that a new viewer needs. A dialog has the time-out that is left. */
  get notices(): readonly PageNotice[] {
    const now = this.#now();
    const open = Array.from(this.#open.values(), ({ notice, at }) => {
      if (notice.kind !== "dialog" || notice.timeout === undefined) return notice;
      return { ...notice, timeout: Math.max(0, notice.timeout - (now - at)) };
    });
    return [...this.#states.values(), ...open];
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
        this.#open.set(notice.id, { notice, at: this.#now() });
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
