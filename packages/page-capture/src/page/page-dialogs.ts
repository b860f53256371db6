import type { DialogInput, PageNotice } from "@broadcast-ipc/protocol";
import type { PageTarget } from "../browser/page-target.ts";

/** Placeholder. */
export class PageDialogs {
  readonly open: readonly PageNotice[] = [];
  constructor(
    _target: PageTarget,
    _options: { notify(notice: PageNotice): void; timeout: number; accept: boolean },
  ) {}
  answer(_input: DialogInput): void {}
  close(): void {}
}
