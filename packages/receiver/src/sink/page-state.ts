import type { DialogNotice, PageNotice, PickerNotice } from "@broadcast-ipc/protocol";

/** Maximum number of dialogs and pickers that are remembered. */
const maxOpen = 16;

interface OpenNotice {
  readonly notice: DialogNotice | PickerNotice;
  /** Time of arrival in ms. */
  readonly at: number;
}

/** The state of the captured page, from its notices: whether it is captured, its cursor and window, and what is open. */
export class PageState {
  readonly #states = new Map<string, PageNotice>();
  readonly #open = new Map<string, OpenNotice>();
  readonly #now: () => number;

  /** @param now Returns the time in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The notices that a new viewer needs. The `timeout` of a dialog is the time that is left. */
  get notices(): readonly PageNotice[] {
    const now = this.#now();
    const open = Array.from(this.#open.values(), ({ notice, at }) => {
      if (notice.kind !== "dialog" || notice.timeout === undefined) return notice;
      return { ...notice, timeout: Math.max(0, notice.timeout - (now - at)) };
    });
    return [...this.#states.values(), ...open];
  }

  /** Updates the state with a notice. Notices of other kinds have no effect. */
  note(notice: PageNotice): void {
    switch (notice.kind) {
      case "capture":
        // The end of a capture makes everything else obsolete.
        if (notice.state !== "running") this.#clear();
        this.#states.set(notice.kind, notice);
        break;
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

  /** Clears the state when the source is gone. Returns the notices that tell the viewers. */
  reset(): readonly PageNotice[] {
    const notices: PageNotice[] = [...this.#open.keys()].map((id) => ({ kind: "closed", id }));
    if (this.#states.has("cursor")) notices.push({ kind: "cursor", cursor: "default" });
    // Revokes the end of the capture, because the next source may send no such notice. Viewers learn of the lost source
    // in another way.
    const capture = this.#states.get("capture");
    if (capture?.kind === "capture" && capture.state !== "running")
      notices.push({ kind: "capture", state: "running" });
    this.#clear();
    return notices;
  }

  #clear(): void {
    this.#open.clear();
    this.#states.clear();
  }
}

/**
 * Returns a key for a notice. A notice makes an earlier one with the same key obsolete. Returns `undefined` if the notice
 * makes no other one obsolete.
 */
export function noticeName(notice: PageNotice): string | undefined {
  switch (notice.kind) {
    case "capture":
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
