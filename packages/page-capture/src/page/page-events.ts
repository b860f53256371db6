import type { DownloadNotice, FileChooserNotice } from "@broadcast-ipc/protocol";
import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { type FrameSession, FrameSessions } from "./frame-sessions.ts";
import { noticeText } from "./notice-text.ts";
import { RateLimit } from "./rate-limit.ts";

export interface PageEventsOptions {
  /** Called when the page opens a file chooser, and when a download begins. */
  notify(notice: FileChooserNotice | DownloadNotice): void;
}

/** Maximum number of notices per second. A page can begin any number of downloads. */
const maxNotices = 5;

/**
 * Reports the file choosers and downloads of a page.
 *
 * The native file chooser stays closed, because nobody could see it. The page gets no files, and no `cancel` event, unless
 * the host program answers: `page.on("filechooser")` of Playwright and `page.waitForFileChooser()` of Puppeteer still
 * work. Downloads are left to the settings of the browser and the host program.
 */
export class PageEvents {
  /** Resolves when file choosers of the window are reported. Never rejects. */
  readonly ready: Promise<void>;
  readonly #notify: PageEventsOptions["notify"];
  readonly #limit = new RateLimit(maxNotices, 1000);
  readonly #stops = new Map<FrameSession, () => void>();
  readonly #stop: () => void;

  private constructor(session: CDPSessionLike, { notify }: PageEventsOptions) {
    this.#notify = notify;
    let ready = Promise.resolve();
    this.#stop = FrameSessions.listen(session, {
      begin: (frame) => {
        const listening = this.#listen(frame);
        if (frame.parent === undefined) ready = listening;
      },
      end: (frame) => {
        this.#stops.get(frame)?.();
        this.#stops.delete(frame);
      },
    });
    this.ready = ready;
  }

  static start(session: CDPSessionLike, options: PageEventsOptions): PageEvents {
    return new PageEvents(session, options);
  }

  /** Stops listening. Native file choosers open again. */
  close(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
    this.#stop();
  }

  async #listen(frame: FrameSession): Promise<void> {
    const { session } = frame;
    const chooserOpened = ({ mode }: { readonly mode: string }) =>
      this.#tell({ kind: "file-chooser", multiple: mode === "selectMultiple" });
    const downloadBegun = ({ suggestedFilename }: { readonly suggestedFilename: string }) =>
      this.#tell({ kind: "download", name: noticeText(suggestedFilename) });
    session.on("Page.fileChooserOpened", chooserOpened);
    session.on("Page.downloadWillBegin", downloadBegun);
    this.#stops.set(frame, () => {
      session.off("Page.fileChooserOpened", chooserOpened);
      session.off("Page.downloadWillBegin", downloadBegun);
      session.send("Page.setInterceptFileChooserDialog", { enabled: false }).catch(ignore);
    });
    session.send("Page.enable").catch(ignore);
    await session.send("Page.setInterceptFileChooserDialog", { enabled: true }).catch(ignore);
  }

  #tell(notice: FileChooserNotice | DownloadNotice): void {
    if (this.#limit.pass()) this.#notify(notice);
  }
}
