import { EventEmitter } from "node:events";
import type { InputMessage, PageNotice } from "@broadcast-ipc/protocol";
import { type CapturablePage, openTarget } from "./browser/open-target.ts";
import type { PageTarget, PopupWindow } from "./browser/page-target.ts";
import { ignore } from "./browser/target-session.ts";
import { type CaptureTarget, checkTarget } from "./capture-target.ts";
import { FailureEvents } from "./failure-events.ts";
import { CaptureState } from "./notices/capture-state.ts";
import { readInputs } from "./notices/input-reader.ts";
import { NoticeSender } from "./notices/notice-sender.ts";
import type { PageCaptureEnd } from "./page-capture-end.ts";
import { PageCaptureError } from "./page-capture-error.ts";
import type { PageCaptureEvents } from "./page-capture-events.ts";
import {
  type PageCaptureOptions,
  type PageCaptureSettings,
  pageCaptureSettings,
} from "./page-capture-options.ts";
import type { PageCaptureStats } from "./page-capture-stats.ts";
import { startWithin } from "./start-within.ts";
import { noFrames, type ScreencastCounts } from "./video/screencast-counts.ts";
import { screencastSettings } from "./video/screencast-settings.ts";
import { checkSharpness } from "./video/sharpness.ts";
import { CapturedWindow } from "./windows/captured-window.ts";
import { recoverFromCrashes } from "./windows/crash-recovery.ts";
import { WindowStack } from "./windows/window-stack.ts";

/**
 * Captures a browser page for an uploader, and performs the inputs of its viewers. Captures only while the receiver wants
 * video, at the size, rate and quality that it wants.
 *
 * @example
 * const capture = await PageCapture.start(page, uploader, { maxFps: 30, quality: 80, input: true });
 * console.log(await capture.ended);
 */
export class PageCapture extends EventEmitter<PageCaptureEvents> implements AsyncDisposable {
  /** Resolves when the capture has ended and everything is released. Never rejects. */
  readonly ended: Promise<PageCaptureEnd>;
  readonly #uploader: CaptureTarget;
  readonly #settings: PageCaptureSettings;
  readonly #counts: ScreencastCounts = noFrames();
  readonly #windows: WindowStack;
  readonly #state: CaptureState;
  readonly #notices: NoticeSender;
  readonly #failures: FailureEvents;
  readonly #ending = new AbortController();
  #end: (end: PageCaptureEnd) => void = ignore;
  #isBlurred = false;

  private constructor(target: PageTarget, uploader: CaptureTarget, settings: PageCaptureSettings) {
    super();
    this.#uploader = uploader;
    this.#settings = settings;
    this.#state = new CaptureState(uploader);
    this.#failures = new FailureEvents((error) => this.emit("failure", error));
    this.#notices = new NoticeSender({
      send: (type, data, payload) => uploader.send(type, data, payload),
      current: () => [this.#state.notice, ...[...this.#windows].flatMap((window) => window.current)],
    });
    const end = new Promise<PageCaptureEnd>((resolve) => {
      this.#end = resolve;
    });
    this.ended = end.then(async (reason) => {
      this.#ending.abort();
      await this.#release(reason);
      return reason;
    });
    this.#windows = new WindowStack(target, {
      followsPopups: settings.popups,
      open: (window, popup) => this.#open(window, popup),
      onShown: (shown, before) => {
        before.hide();
        void this.#show(shown);
      },
      onFailure: (error) => this.#failures.report(error),
    });
    target.closed.then(() => this.#end({ reason: "closed" }));
    uploader.closed.then(() => this.#end({ reason: "uploader-closed" }));
    settings.signal?.addEventListener("abort", this.#stop, { once: true });
    if (settings.input)
      void readInputs(uploader, {
        signal: this.#ending.signal,
        isAllowed: settings.input,
        perform: (message) => this.#perform(message),
        onFailure: (error) => this.#failures.report(error),
      });
    uploader.on("demand", this.#demandChanged);
    uploader.on("connect", this.#connected);
    uploader.on("disconnect", this.#disconnected);
  }

  /**
   * Starts to capture a page of Playwright or Puppeteer, or the page of a CDP session. Resolves when the browser can
   * capture the page. The capture never closes the page or the uploader.
   *
   * Rejects with a {@link PageCaptureError}, with a TypeError if `uploader` is none, with a RangeError that names an invalid
   * option, and with `signal.reason` on abort.
   *
   * @example
   * const uploader = await BroadcastUploader.connect(socketPath("page"));
   * const capture = await PageCapture.start(page, uploader, { input: true });
   * capture.on("failure", (error) => console.error(error));
   */
  static async start(
    page: CapturablePage,
    uploader: CaptureTarget,
    options: PageCaptureOptions = {},
  ): Promise<PageCapture> {
    checkTarget(uploader);
    const settings = pageCaptureSettings(options);
    settings.signal?.throwIfAborted();
    const target = await startWithin(openTarget(page), settings.signal, (late) => late.release());
    const capture = new PageCapture(target, uploader, settings);
    try {
      await startWithin(Promise.race([capture.#begin(), capture.#failEarly()]), settings.signal);
      capture.#failures.open();
      return capture;
    } catch (error) {
      await capture.stop();
      throw error;
    }
  }

  /** Returns the counters so far, see {@link PageCaptureStats}. */
  stats(): PageCaptureStats {
    return { ...this.#counts };
  }

  /** Stops the capture and releases what viewers hold. Leaves the page open. Resolves when `ended` does. */
  async stop(): Promise<void> {
    this.#stop();
    await this.ended;
  }

  /** Same as {@link stop}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #stop = (): void => this.#end({ reason: "stopped" });

  /** Resolves when the browser captures the page, or when no video is wanted. */
  async #begin(): Promise<void> {
    if (this.#uploader.demand) this.#connected();
    // The browser reports an earlier crash before it answers.
    await this.#windows.root.target.session.send("Target.getTargetInfo").catch(ignore);
    await this.#show(this.#windows.shown);
    if (this.#ending.signal.aborted) await this.#failEarly();
  }

  /** Rejects if the capture ends. */
  async #failEarly(): Promise<never> {
    const { reason, error } = await this.ended;
    if (error) throw error;
    throw new PageCaptureError("ERR_CAPTURE_PAGE_CLOSED", `the capture has ended: ${reason}`);
  }

  #show(window: CapturedWindow): Promise<void> {
    const demand = this.#uploader.demand?.video;
    return window.show(screencastSettings(this.#settings, demand));
  }

  #demandChanged = (): void => {
    const { demand } = this.#uploader;
    if (!demand) this.#notices.disconnect();
    else if (!this.#notices.isConnected) this.#connected();
    void this.#show(this.#windows.shown);
  };

  #connected = (): void => this.#notices.connect();

  #disconnected = (): void => {
    // Other receivers of a fan-out may still be connected. What their viewers hold is released as well.
    if (!this.#uploader.demand) this.#notices.disconnect();
    for (const window of this.#windows) window.release();
  };

  #notify = (notice: PageNotice): void => {
    this.emit("notice", notice);
    this.#notices.tell(notice);
  };

  #open(target: PageTarget, popup: PopupWindow | undefined): CapturedWindow {
    const window = new CapturedWindow(target, {
      settings: this.#settings,
      counts: this.#counts,
      popup,
      notify: this.#notify,
      onFrame: (sample) => {
        void this.#uploader.upload(sample);
      },
    });
    recoverFromCrashes(window, {
      reloads: this.#settings.reloadAfterCrash,
      signal: this.#ending.signal,
      notify: this.#notify,
      giveUp: () => {
        const error = new PageCaptureError("ERR_CAPTURE_PAGE_CRASHED", "the page has crashed");
        this.#end({ reason: "crashed", error });
      },
    });
    void this.#checkSharpness(window);
    return window;
  }

  #perform(message: InputMessage): void {
    if (message.kind === "dialog") for (const window of this.#windows) window.perform(message);
    else this.#windows.shown.perform(message);
  }

  async #checkSharpness({ target }: CapturedWindow): Promise<void> {
    const error = await checkSharpness(target.session).catch(() => undefined);
    if (error && !this.#isBlurred) this.#failures.report(error);
    this.#isBlurred ||= error !== undefined;
  }

  async #release({ reason }: PageCaptureEnd): Promise<void> {
    const uploader = this.#uploader;
    this.#settings.signal?.removeEventListener("abort", this.#stop);
    uploader.off("demand", this.#demandChanged);
    uploader.off("connect", this.#connected);
    uploader.off("disconnect", this.#disconnected);
    // Open dialogs and pickers are closed at once, so that the end is the last notice.
    const closed = this.#windows.close();
    await Promise.all([closed, this.#notices.end(this.#state.end(reason))]);
  }
}
