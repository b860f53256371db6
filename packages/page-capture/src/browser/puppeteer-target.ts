import { hostListens, noteOwnListener } from "./dialog-listeners.ts";
import type { CDPSessionLike, PageTarget, PopupWindow } from "./page-target.ts";
import { type DialogLike, dialogOf, openSession } from "./playwright-target.ts";
import { type Emitter, ignore, TargetSession } from "./target-session.ts";

/** What this package uses of a `Page` of Puppeteer. */
export interface PuppeteerPageLike extends Emitter {
  createCDPSession(): Promise<CDPSessionLike>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/**
 * Opens a session for a page of Puppeteer. Rejects with ERR_CAPTURE_PAGE_CLOSED if the page is closed, and with
 * ERR_CAPTURE_NO_CDP if the browser is Firefox.
 */
export async function puppeteerTarget(page: PuppeteerPageLike): Promise<PageTarget> {
  const part = new TargetSession(await openSession(page, () => page.createCDPSession()));
  const { session, closed } = part;
  part.listen(page, "close", () => part.close());
  if (page.isClosed()) part.close();
  return {
    session,
    closed,
    get isClosed() {
      return part.isClosed;
    },
    onPopup: (listener) => {
      part.listen(page, "popup", (popup: PuppeteerPageLike | null) => {
        if (popup) listener(popupOf(popup));
      });
    },
    onDialog: (listener) => {
      const forget = noteOwnListener(page);
      const opened = (dialog: DialogLike & { readonly handled?: boolean }) => {
        // A once() listener of the host program has been removed by now, but may have answered the dialog.
        if (!hostListens(page, "dialog") && !dialog.handled) listener(dialogOf(dialog, part.dialogClosed()));
      };
      page.on("dialog", opened);
      return part.cleanup(() => {
        forget();
        page.off("dialog", opened);
      });
    },
    onCrash: (listener) => part.onCrash(listener),
    release: () => part.release({ detach: true }),
  };
}

function popupOf(page: PuppeteerPageLike): PopupWindow {
  return { attach: () => puppeteerTarget(page), close: () => page.close().catch(ignore) };
}
