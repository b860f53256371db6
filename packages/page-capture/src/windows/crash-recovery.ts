import { setTimeout as delay } from "node:timers/promises";
import type { CrashNotice } from "@broadcast-ipc/protocol";
import { ignore } from "../browser/target-session.ts";
import type { CapturedWindow } from "./captured-window.ts";
import { CrashLimit } from "./crash-limit.ts";

interface CrashRecoveryOptions {
  /** Whether to load the page of the window again. */
  readonly reloads: boolean;
  readonly signal: AbortSignal;
  readonly notify: (notice: CrashNotice) => void;
  /** Called when the captured page has crashed and is not loaded again. */
  readonly giveUp: () => void;
}

/** Tells the viewers of each crash of the window. Loads its page again, or closes the window if it is a pop-up. */
export function recoverFromCrashes(
  window: CapturedWindow,
  { reloads, signal, notify, giveUp }: CrashRecoveryOptions,
): void {
  const limit = new CrashLimit();
  window.target.onCrash(async () => {
    window.release();
    const wait = reloads ? limit.crashed(performance.now()) : undefined;
    notify({ kind: "crash", reloading: wait !== undefined });
    if (wait !== undefined) {
      await delay(wait, undefined, { signal, ref: false }).catch(ignore);
      if (signal.aborted) return;
      await window.target.session.send("Page.reload").catch(ignore);
      await window.screencast.restart();
    } else if (window.popup) await window.popup.close();
    else giveUp();
  });
}
