import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { FrameOrder } from "./frame-order.ts";
import { FramePacer } from "./frame-pacer.ts";
import type { ScreencastCounts } from "./screencast-counts.ts";
import { decodeFrame, displayTime, type ScreencastFrame } from "./screencast-frame.ts";
import type { ScreencastSettings } from "./screencast-settings.ts";
import { SecondLook } from "./second-look.ts";
import { type ViewportSize, viewportSize } from "./viewport-size.ts";

/** Delay between a failure and the next attempt, in ms. It doubles with each further failure. */
const firstRetry = 50;
const longestRetry = 1000;

const frameEvent = "Page.screencastFrame";
const resizeEvent = "Page.frameResized";

interface ScreencastOptions {
  readonly onFrame: (sample: EncodedImageSample) => void;
  /** Shared by the screencasts of all windows. */
  readonly counts: ScreencastCounts;
}

/** Delivers the changes of a page, and always its newest state. */
export class Screencast {
  /** Size of the page's viewport in CSS pixels, as of the last frame. */
  viewport: ViewportSize = { width: 1, height: 1 };
  readonly #session: CDPSessionLike;
  readonly #counts: ScreencastCounts;
  readonly #order = new FrameOrder();
  readonly #look = new SecondLook();
  readonly #pacer: FramePacer<{ readonly frame: ScreencastFrame; readonly timestamp: number }>;
  readonly #end = new AbortController();
  readonly #acknowledgements: Acknowledgements;
  #lookTimer: NodeJS.Timeout | undefined;
  #settings: ScreencastSettings | undefined;
  /** Number of the newest screencast that has sent a frame. Each start of the screencast has the next number. */
  #newest = 0;
  /** Frames of screencasts with a lower number are dropped. */
  #oldest = 0;
  #last = "";
  #isOutdated = false;
  #running: Promise<void> | undefined;

  constructor(session: CDPSessionLike, { onFrame, counts }: ScreencastOptions) {
    this.#session = session;
    this.#counts = counts;
    this.#acknowledgements = new Acknowledgements((sessionId) => {
      session.send("Page.screencastFrameAck", { sessionId }).catch(ignore);
    });
    this.#pacer = new FramePacer(30, ({ frame, timestamp }) => {
      this.#acknowledgements.expect(this.#pacer.dueAt);
      const sample = decodeFrame(frame, timestamp);
      if (!sample) return;
      counts.delivered++;
      onFrame(sample);
    });
    session.on(frameEvent, this.#receive);
    session.on(resizeEvent, this.#resized);
  }

  /** Finds the size of the viewport without a frame. Never rejects. */
  async measure(): Promise<void> {
    const before = this.viewport;
    const size = await viewportSize(this.#session).catch(ignore);
    if (size && this.viewport === before) this.viewport = size;
  }

  /**
   * Starts the screencast, changes its settings, or stops it (`undefined`). A screencast that starts delivers the page's
   * current state. Resolves when the browser has followed, and when this object is closed. Never rejects.
   */
  show(settings: ScreencastSettings | undefined): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    if (settings) {
      this.#acknowledgements.limit(settings.maxFps);
      this.#pacer.limit(settings.maxFps);
    }
    if (!settings || !before) this.#last = "";
    if (isDeepStrictEqual(parameters(settings), parameters(before))) return this.#settled();
    // The waiting frame and frames that arrive until the restart have the old size or format.
    this.#pacer.stop();
    this.#oldest = Number.POSITIVE_INFINITY;
    return this.restart();
  }

  /** Captures the page anew. The frame is not delivered if it is equal to the last one. */
  restart(): Promise<void> {
    this.#isOutdated = true;
    return this.#settled();
  }

  /** Stops the screencast for good. Resolves when the browser has stopped it. Never rejects. */
  async close(): Promise<void> {
    this.#settings = undefined;
    this.#end.abort();
    this.#session.off(frameEvent, this.#receive);
    this.#session.off(resizeEvent, this.#resized);
    this.#pacer.stop();
    this.#clearTimers();
    await this.#session.send("Page.stopScreencast").catch(ignore);
  }

  #receive = (frame: ScreencastFrame): void => {
    this.#newest = Math.max(this.#newest, frame.sessionId);
    // A frame of an earlier screencast needs no acknowledgement.
    if (!this.#settings || frame.sessionId < this.#oldest) return;
    this.#counts.captured++;
    const arrival = performance.now();
    const { monotonicTimestamp, timestamp = 0 } = frame.metadata;
    const isLeftOut = !this.#order.admit(monotonicTimestamp ?? timestamp);
    if (isLeftOut) this.#counts.outOfOrder++;
    else this.#admit(frame);
    this.#acknowledgements.add(frame.sessionId);
    const { freeAt, idleAt } = this.#acknowledgements;
    this.#look.arrived(arrival, { freeAt, idleAt, isLeftOut });
    this.#scheduleLook();
  };

  #admit(frame: ScreencastFrame): void {
    const { deviceWidth, deviceHeight } = frame.metadata;
    this.viewport = { width: deviceWidth, height: deviceHeight };
    if (frame.data === this.#last) {
      this.#counts.unchanged++;
      return;
    }
    this.#last = frame.data;
    const { replaced } = this.#pacer;
    this.#pacer.offer({ frame, timestamp: displayTime(frame) });
    this.#counts.replaced += this.#pacer.replaced - replaced;
  }

  #resized = (): void => {
    this.#look.resized(performance.now());
    this.#scheduleLook();
  };

  #scheduleLook(): void {
    clearTimeout(this.#lookTimer);
    const { dueAt } = this.#look;
    if (dueAt === undefined || !this.#settings) return;
    this.#lookTimer = setTimeout(() => this.restart(), dueAt - performance.now());
  }

  #settled(): Promise<void> {
    if (this.#end.signal.aborted || !(this.#isOutdated || this.#running)) return Promise.resolve();
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (let retry = firstRetry; this.#isOutdated && !this.#end.signal.aborted; ) {
      this.#isOutdated = false;
      try {
        await this.#begin(this.#settings);
        retry = firstRetry;
      } catch {
        // During a navigation and after a crash, the page has no document, so the screencast cannot start.
        this.#isOutdated = true;
        await delay(retry, undefined, { signal: this.#end.signal, ref: false }).catch(ignore);
        retry = Math.min(2 * retry, longestRetry);
      }
    }
    this.#running = undefined;
  }

  async #begin(settings: ScreencastSettings | undefined): Promise<void> {
    this.#clearTimers();
    await this.#session.send("Page.stopScreencast");
    this.#clearTimers();
    this.#order.reset();
    this.#look.reset();
    this.#oldest = this.#newest + 1;
    if (settings) await this.#session.send("Page.startScreencast", parameters(settings));
  }

  #clearTimers(): void {
    clearTimeout(this.#lookTimer);
    this.#acknowledgements.clear();
  }
}

function parameters(settings: ScreencastSettings | undefined): object | undefined {
  if (!settings) return undefined;
  const { maxFps, quality, ...others } = settings;
  return { ...others, ...(settings.format === "jpeg" && { quality }), everyNthFrame: 1 };
}
