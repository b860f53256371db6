import type { PageNotice } from "@broadcast-ipc/protocol";
import type { CDPSessionLike } from "../browser/page-target.ts";

/** Placeholder. */
export class PageEvents {
  static start(_session: CDPSessionLike, _options: { notify(notice: PageNotice): void }): PageEvents {
    return new PageEvents();
  }
  close(): void {}
}
