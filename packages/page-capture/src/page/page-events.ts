import type { PageNotice } from "@broadcast-ipc/protocol";
import type { PageTarget } from "../browser/page-target.ts";

/** Placeholder. */
export class PageEvents {
  static start(_target: PageTarget, _options: { notify(notice: PageNotice): void }): PageEvents {
    return new PageEvents();
  }
  close(): void {}
}
