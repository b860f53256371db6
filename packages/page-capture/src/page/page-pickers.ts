import type { PageNotice, PickerInput } from "@broadcast-ipc/protocol";
import type { PageTarget } from "../browser/page-target.ts";

/** Placeholder. */
export class PagePickers {
  readonly open: readonly PageNotice[] = [];
  static start(_target: PageTarget, _options: { notify(notice: PageNotice): void }): PagePickers {
    return new PagePickers();
  }
  answer(_input: PickerInput): void {}
  close(): void {}
}
