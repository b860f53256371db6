import type { CursorNotice } from "@broadcast-ipc/protocol";
import type { CDPSessionLike } from "../browser/page-target.ts";
import { source } from "./injected/cursor-script.ts?script";
import { IsolatedScript } from "./isolated-script.ts";
import type { ScriptFrame } from "./script-frame.ts";

interface CursorReport {
  readonly cursor: string;
  /** Time of the pointer's last move over the document, in ms since the epoch. */
  readonly movedAt: number;
}

export interface PageCursorOptions {
  /** Called with the shape of the cursor when it changes. */
  notify(notice: CursorNotice): void;
}

/** Reports the shape of the mouse cursor over a page. */
export class PageCursor {
  /** Resolves when the cursor over the documents that exist is reported. Never rejects. */
  readonly ready: Promise<void>;
  readonly #script: IsolatedScript;
  readonly #notify: (notice: CursorNotice) => void;
  /** The document under the pointer. */
  #under: ScriptFrame | undefined;
  #cursor = "default";

  private constructor(session: CDPSessionLike, { notify }: PageCursorOptions) {
    this.#notify = notify;
    this.#script = IsolatedScript.start(session, source, {
      report: (report, from) => {
        const { cursor, movedAt } = report as CursorReport;
        if (this.#under !== from) this.#under?.call("left", movedAt);
        this.#under = from;
        this.#change(cursor);
      },
      navigated: () => this.#change("default"),
    });
    this.ready = this.#script.ready;
  }

  static start(session: CDPSessionLike, options: PageCursorOptions): PageCursor {
    return new PageCursor(session, options);
  }

  /** The shape that was reported last, at first `"default"`. */
  get current(): CursorNotice {
    return { kind: "cursor", cursor: this.#cursor };
  }

  /** Removes everything from the page. */
  close(): void {
    this.#script.close();
  }

  #change(cursor: string): void {
    if (cursor === this.#cursor || !/^[a-z-]{1,32}$/.test(cursor)) return;
    this.#cursor = cursor;
    this.#notify(this.current);
  }
}
