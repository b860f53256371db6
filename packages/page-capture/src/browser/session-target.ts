import { PageCaptureError } from "../page-capture-error.ts";
import { hostListens, noteOwnListener } from "./dialog-listeners.ts";
import type { CDPSessionLike, PageDialog, PageTarget } from "./page-target.ts";
import { ignore, TargetSession } from "./target-session.ts";

/** Interval of the checks whether the page still exists, in ms. A plain session has no common event for its end. */
const checkInterval = 1000;

const opening = "Page.javascriptDialogOpening";

interface DialogOpening {
  readonly type: PageDialog["type"];
  readonly message: string;
  readonly defaultPrompt?: string;
}

/**
 * Uses a session that the host program has opened and keeps. Pop-ups are not followed. Rejects with
 * ERR_CAPTURE_PAGE_CLOSED if the session has ended.
 */
export async function sessionTarget(session: CDPSessionLike): Promise<PageTarget> {
  await session.send("Target.getTargetInfo").catch((cause) => {
    throw new PageCaptureError("ERR_CAPTURE_PAGE_CLOSED", "the session has ended", { cause });
  });
  const part = new TargetSession(session);
  // "close" is an event of Playwright's sessions, and "disconnect" of chrome-remote-interface.
  for (const event of ["Inspector.detached", "close", "disconnect"]) part.on(event, () => part.close());
  const check = () => session.send("Target.getTargetInfo").catch(() => part.close());
  const timer = setInterval(check, checkInterval);
  part.cleanup(() => clearInterval(timer));
  part.closed.then(() => clearInterval(timer));
  return {
    session,
    closed: part.closed,
    get isClosed() {
      return part.isClosed;
    },
    onDialog: (listener) => {
      const forget = noteOwnListener(session);
      const stop = part.on(opening, (dialog: DialogOpening) => {
        if (!hostListens(session, opening)) listener(dialogOf(part, dialog));
      });
      const stopNoting = part.cleanup(forget);
      return () => {
        stop();
        stopNoting();
      };
    },
    onCrash: (listener) => part.onCrash(listener),
    release: () => part.release({ detach: false }),
  };
}

function dialogOf(part: TargetSession, { type, message, defaultPrompt = "" }: DialogOpening): PageDialog {
  return {
    type,
    message,
    defaultValue: defaultPrompt,
    closed: part.dialogClosed(),
    answer: async (accept, promptText = defaultPrompt) => {
      await part.session.send("Page.handleJavaScriptDialog", { accept, promptText }).catch(ignore);
    },
  };
}
