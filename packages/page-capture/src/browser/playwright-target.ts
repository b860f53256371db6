import { PageCaptureError } from "../page-capture-error.ts";
import { hostListens, noteOwnListener } from "./dialog-listeners.ts";
import type { CDPSessionLike, PageDialog, PageTarget, PopupWindow } from "./page-target.ts";
import { type Emitter, ignore, TargetSession } from "./target-session.ts";

/** What this package uses of a `Page` of Playwright. */
export interface PlaywrightPageLike extends Emitter {
  context(): { newCDPSession(page: never): Promise<CDPSessionLike> };
  isClosed(): boolean;
  close(): Promise<void>;
}

/** What this package uses of a `Dialog` of Playwright and of Puppeteer. */
export interface DialogLike {
  type(): string;
  message(): string;
  defaultValue(): string;
  accept(text?: string): Promise<void>;
  dismiss(): Promise<void>;
}

/**
 * Opens a session for a page of Playwright. Rejects with ERR_CAPTURE_PAGE_CLOSED if the page is closed, and with
 * ERR_CAPTURE_NO_CDP if the browser is Firefox or WebKit.
 */
export async function playwrightTarget(page: PlaywrightPageLike): Promise<PageTarget> {
  const context = page.context();
  const part = new TargetSession(await openSession(page, () => context.newCDPSession(page as never)));
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
      part.listen(page, "popup", (popup: PlaywrightPageLike) => listener(popupOf(popup)));
    },
    onDialog: (listener) => {
      const opened = (dialog: DialogLike) => {
        // Playwright emits "dialog" at the context and at the page, and dismisses the dialog if neither has a listener.
        if (hostListens(page, "dialog") || hostListens(context, "dialog")) return;
        listener(dialogOf(dialog, part.dialogClosed()));
      };
      const forget = noteOwnListener(page);
      // This listener is called first, so that it counts a listener that the host program added with once().
      const { prependListener = page.on } = page as PlaywrightPageLike & { prependListener?: Emitter["on"] };
      prependListener.call(page, "dialog", opened);
      return part.cleanup(() => {
        forget();
        page.off("dialog", opened);
      });
    },
    onCrash: (listener) => part.onCrash(listener),
    release: () => part.release({ detach: true }),
  };
}

function popupOf(page: PlaywrightPageLike): PopupWindow {
  return { attach: () => playwrightTarget(page), close: () => page.close().catch(ignore) };
}

/** Returns a dialog of Playwright or Puppeteer as a {@link PageDialog}. */
export function dialogOf(dialog: DialogLike, closed: Promise<void>): PageDialog {
  return {
    type: dialog.type() as PageDialog["type"],
    message: dialog.message(),
    defaultValue: dialog.defaultValue(),
    closed,
    answer: (accept, text) =>
      (accept ? dialog.accept(text ?? dialog.defaultValue()) : dialog.dismiss()).catch(ignore),
  };
}

/** Opens a session. Translates the error of a page that is closed, or of a browser other than Chromium. */
export async function openSession(
  page: { isClosed(): boolean },
  open: () => Promise<CDPSessionLike>,
): Promise<CDPSessionLike> {
  try {
    return await open();
  } catch (cause) {
    if (!page.isClosed() && /only.*chromium|not supported|unsupported/i.test(String(cause)))
      throw new PageCaptureError(
        "ERR_CAPTURE_NO_CDP",
        "the page's browser must be Chromium, Chrome or Edge",
        {
          cause,
        },
      );
    throw new PageCaptureError("ERR_CAPTURE_PAGE_CLOSED", "the page or its browser is closed", { cause });
  }
}
