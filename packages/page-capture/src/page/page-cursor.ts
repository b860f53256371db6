import type { CursorNotice, PageNotice } from "@broadcast-ipc/protocol";
import type { CDPSessionLike } from "../browser/page-target.ts";

/** Placeholder. */
export class PageCursor {
  readonly current: CursorNotice = { kind: "cursor", cursor: "default" };
  static start(_session: CDPSessionLike, _options: { notify(notice: PageNotice): void }): PageCursor {
    return new PageCursor();
  }
  close(): void {}
}
