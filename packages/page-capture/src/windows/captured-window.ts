import { setTimeout as delay } from "node:timers/promises";
import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import { fitText, type InputMessage, type PageNotice, type WindowNotice } from "@broadcast-ipc/protocol";
import type { PageTarget, PopupWindow } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { PageInput } from "../input/page-input.ts";
import { PageCursor } from "../page/page-cursor.ts";
import { PageDialogs } from "../page/page-dialogs.ts";
import { PageEvents } from "../page/page-events.ts";
import { PagePickers } from "../page/page-pickers.ts";
import type { PageCaptureSettings } from "../page-capture-options.ts";
import { Screencast } from "../video/screencast.ts";
import type { ScreencastCounts } from "../video/screencast-counts.ts";
import type { ScreencastSettings } from "../video/screencast-settings.ts";
import { keepVisible } from "./keep-visible.ts";

/** Maximum length of an address or a title in a notice. */
const maxTextLength = 4096;

/** Maximum time to wait for the browser to end the screencast and the session, in ms. */
const longestStop = 1000;

interface CapturedWindowOptions {
  readonly settings: PageCaptureSettings;
  readonly counts: ScreencastCounts;
  /** The pop-up; absent for the captured page. */
  readonly popup?: PopupWindow | undefined;
  readonly onFrame: (sample: EncodedImageSample) => void;
  readonly notify: (notice: PageNotice) => void;
}

/** One window with its screencast, its input and its notices. Only one window is shown at a time. */
export class CapturedWindow {
  readonly target: PageTarget;
  readonly popup: PopupWindow | undefined;
  readonly screencast: Screencast;
  readonly #notify: (notice: PageNotice) => void;
  readonly #input: PageInput;
  readonly #dialogs: PageDialogs;
  readonly #pickers: PagePickers;
  readonly #cursor: PageCursor;
  readonly #events: PageEvents;
  readonly #stopKeepingVisible: () => void;
  #isShown = false;
  #described: WindowNotice | undefined;

  constructor(target: PageTarget, { settings, counts, popup, onFrame, notify }: CapturedWindowOptions) {
    const { session } = target;
    this.target = target;
    this.popup = popup;
    this.#notify = notify;
    const notifyIfShown = (notice: PageNotice) => {
      if (this.#isShown) notify(notice);
    };
    this.#stopKeepingVisible = keepVisible(session);
    for (const event of ["Page.frameNavigated", "Page.domContentEventFired"])
      session.on(event, this.#describe);
    this.screencast = new Screencast(session, { onFrame, counts });
    void this.screencast.measure();
    this.#input = new PageInput(session, {
      onCopied: notify,
      size: () => this.screencast.viewport,
      clipboard: settings.clipboard,
    });
    // Dialogs of a window that is not shown are reported as well, because they may block the window that is shown.
    this.#dialogs = new PageDialogs(target, { notify, ...settings.dialogs });
    this.#pickers = PagePickers.start(target, { notify: notifyIfShown });
    this.#cursor = PageCursor.start(session, { notify: notifyIfShown });
    this.#events = PageEvents.start(session, { notify });
  }

  /** The notices that describe this window's current state. */
  get current(): PageNotice[] {
    if (!this.#isShown) return [...this.#dialogs.open];
    const described = this.#described ? [this.#described] : [];
    return [...described, this.#cursor.current, ...this.#pickers.open, ...this.#dialogs.open];
  }

  /** Shows this window with a screencast, or without one while nobody wants video. */
  show(settings: ScreencastSettings | undefined): Promise<void> {
    if (!this.#isShown) {
      this.#isShown = true;
      this.#described = undefined;
      for (const notice of [this.#cursor.current, ...this.#pickers.open]) this.#notify(notice);
      void this.#describe();
    }
    return this.screencast.show(settings);
  }

  /** Stops the screencast, and releases what viewers hold, because another window is shown. */
  hide(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#input.release();
    for (const notice of this.#pickers.open)
      if ("id" in notice) this.#notify({ kind: "closed", id: notice.id });
    void this.screencast.show(undefined);
  }

  /** Performs an input. Only the window that is shown gets inputs, except for the answers of dialogs. */
  perform(message: InputMessage): void {
    if (message.kind === "dialog") this.#dialogs.answer(message);
    else if (message.kind === "picker") this.#pickers.answer(message);
    else if (message.kind === "close-window") void this.popup?.close();
    else this.#input.perform(message);
  }

  /** Releases what all viewers hold. */
  release(): void {
    this.#input.release();
  }

  /** Ends everything but the window itself. Resolves when the session is detached. Never rejects. */
  async close(): Promise<void> {
    const { session } = this.target;
    for (const event of ["Page.frameNavigated", "Page.domContentEventFired"])
      session.off(event, this.#describe);
    for (const part of [this.#input, this.#dialogs, this.#pickers, this.#cursor, this.#events]) part.close();
    this.#stopKeepingVisible();
    const stopped = this.screencast.close();
    if (this.target.isClosed) return;
    // A browser that hangs answers nothing.
    const late = delay(longestStop, undefined, { ref: false });
    await Promise.race([stopped.then(() => this.target.release()), this.target.closed, late]);
  }

  #describe = async (): Promise<void> => {
    if (!this.#isShown) return;
    const answer = await this.target.session.send("Target.getTargetInfo").catch(ignore);
    const { targetInfo } = (answer ?? {}) as {
      targetInfo?: { readonly url: string; readonly title: string };
    };
    if (!targetInfo || !this.#isShown) return;
    const notice: WindowNotice = {
      kind: "window",
      url: fitText(targetInfo.url, maxTextLength),
      title: fitText(targetInfo.title, maxTextLength),
      isPopup: this.popup !== undefined,
    };
    const { url, title } = this.#described ?? {};
    if (url === notice.url && title === notice.title) return;
    this.#described = notice;
    this.#notify(notice);
  };
}
