import type { Scheduler } from "@broadcast-ipc/protocol";
import { Throttle } from "../viewers/throttle.ts";
import type { DemandMessage } from "../wire/viewer-messages.ts";
import type { Delivery, DeltaBase, FrameRequest } from "./frame-request.ts";
import type { FrameShare } from "./frame-share.ts";
import { FrameTimer } from "./frame-timer.ts";
import { FrameWindow } from "./frame-window.ts";
import { type LadderStep, LineLadder, lossySteps, rawSteps } from "./line-ladder.ts";
import { type Look, lookOf } from "./look.ts";
import type { SourceFrame } from "./source-frame.ts";
import { looksAlike, ViewerDemand } from "./viewer-demand.ts";

interface VideoTrackOptions {
  readonly share: FrameShare;
  readonly scheduler: Scheduler;
  /** Sends a frame. Resolves when its bytes have left this process, or the connection has ended. */
  readonly send: (header: string, data: Uint8Array) => Promise<void>;
  /** A frame could not be encoded. `isLost`: the viewer does not get the frame in another form. */
  readonly onFailure: (error: unknown, isLost: boolean) => void;
  /** Called after the demand has changed. */
  readonly onDemand: () => void;
}

/**
 * The video of one viewer. Each frame is the newest one when the viewer is ready for it: the earlier ones have arrived,
 * and the demanded rate allows another one. For a viewer on a slow connection, frames are made smaller.
 */
export class VideoTrack {
  readonly #options: VideoTrackOptions;
  readonly #demand: ViewerDemand;
  readonly #timer: FrameTimer;
  readonly #window = new FrameWindow();
  readonly #refreshes: Throttle;
  #ladder = new LineLadder(lossySteps);
  #before: DemandMessage | null = null;
  #request: FrameRequest | undefined;
  #base: DeltaBase | undefined;
  /** Number of the source's frame that was sent last. */
  #last = 0;
  #isForced = false;
  #replaced = 0;
  #isClosed = false;

  constructor(options: VideoTrackOptions) {
    this.#options = options;
    this.#timer = new FrameTimer(options.scheduler, this.wake);
    this.#demand = new ViewerDemand(options.scheduler, () => this.#onDemand());
    this.#refreshes = new Throttle(options.scheduler, 2, 4, () => this.#repeat(true));
  }

  /** Number of frames that newer ones replaced. */
  get replaced(): number {
    return this.#replaced + (this.demand ? this.#missedBefore(this.#options.share.newest?.number) : 0);
  }

  get sent(): number {
    return this.#window.sent;
  }

  /** Index of the step that makes frames smaller for a slow connection; 0 for frames as demanded. */
  get step(): number {
    return this.#ladder.index;
  }

  /** See {@link ViewerDemand.current}. */
  get demand(): DemandMessage | null {
    return this.#demand.current;
  }

  /** How frames look at present; `undefined` if none are wanted. */
  get look(): Look | undefined {
    return this.demand ? lookOf(this.demand, this.#ladder.step) : undefined;
  }

  setDemand(demand: DemandMessage): void {
    this.#demand.set(demand);
  }

  setHidden(isHidden: boolean): void {
    this.#demand.setHidden(isHidden);
  }

  /** Forgets how fast the frames in flight are taken, because the viewer pauses. */
  forgetPace(): void {
    this.#ladder.pause();
  }

  /** Sends the newest frame again, as a key frame. */
  refresh(): void {
    this.#refreshes.run();
  }

  /**
   * Records that the viewer has shown or discarded this frame and all earlier ones. Returns `false` if no such frame was
   * sent.
   */
  acknowledge(sequence: number): boolean {
    if (!this.#window.acknowledge(sequence)) return false;
    this.#ladder.acknowledged(this.#window.arrived, this.#timer.now());
    this.#watchStill();
    this.wake();
    return true;
  }

  /** Requests the newest frame if the viewer wants it and is ready for it. */
  readonly wake = (): void => {
    const { demand } = this;
    const { newest } = this.#options.share;
    if (this.#isClosed || this.#request || !demand || !newest) return;
    if (newest.number <= this.#last && !this.#isForced) return;
    if (!this.#window.hasRoom(demand.encoding === "raw")) return;
    if (this.#timer.isDue()) this.#ask(this.#ladder.step, this.#isForced);
  };

  close(): void {
    this.#isClosed = true;
    this.#request = undefined;
    this.#demand.close();
    this.#refreshes.close();
    this.#timer.close();
  }

  /** Requests the newest frame at a step of the ladder. `isRepeat`: even if it was sent before. */
  #ask(step: LadderStep, isRepeat: boolean): void {
    const { demand } = this;
    if (!demand) return;
    const now = this.#timer.now();
    this.#timer.pass();
    const settle = () => {
      if (request !== this.#request) return false;
      this.#request = undefined;
      return true;
    };
    const request: FrameRequest = {
      look: lookOf(demand, step),
      after: isRepeat ? this.#last - 1 : this.#last,
      base: this.#base,
      onFrame: (delivery) => {
        if (settle()) this.#send(delivery, now, step);
      },
      onFailure: (frame, error) => {
        if (settle()) this.#skip(frame, error);
      },
    };
    this.#request = request;
    this.#options.share.request(request);
  }

  #send({ frame, encoded, base }: Delivery, requestedAt: number, step: LadderStep): void {
    this.#replaced += this.#missedBefore(frame.number);
    this.#last = frame.number;
    this.#base = base;
    this.#isForced = false;
    const sequence = this.#window.next();
    const { tail, data } = encoded;
    const header = `{"type":"frame","sequence":${sequence},${tail}`;
    this.#ladder.sent({ sequence, bytes: data.byteLength, step, requestedAt, sentAt: this.#timer.now() });
    const sent = frame.send(encoded, () => this.#options.send(header, data));
    sent.then(() => {
      this.#window.flush(sequence);
      this.wake();
    });
    this.wake();
  }

  /** Leaves out a frame that cannot be encoded. Without an engine, frames are not made smaller any more. */
  #skip(frame: SourceFrame, error: unknown): void {
    const isOptional =
      this.#ladder.index > 0 && (error as { readonly code?: unknown })?.code === "ERR_IMAGE_ENGINE_MISSING";
    if (isOptional) this.#ladder.disable();
    this.#last = frame.number;
    this.#base = undefined;
    this.#isForced = isOptional;
    this.#options.onFailure(error, !isOptional);
    this.wake();
  }

  /** Sends the last frame again in better quality when no new one comes. Otherwise a still page would stay blurred. */
  #watchStill(): void {
    const step = this.#ladder.betterStep;
    const isStill = () => !this.#request && this.#options.share.newest?.number === this.#last;
    if (this.#window.inFlight > 0 || !step || !isStill()) return;
    this.#timer.whenStill(() => {
      if (!this.#isClosed && isStill()) this.#ask(step, true);
    });
  }

  /** Number of frames between the last one that was sent and this one. */
  #missedBefore(number = 0): number {
    return this.#last === 0 ? 0 : Math.max(0, number - this.#last - 1);
  }

  #onDemand(): void {
    const { demand } = this;
    const before = this.#before;
    this.#before = demand;
    if (demand) this.#timer.limit(demand.maxFps);
    else {
      this.#ladder.pause();
      this.#last = Math.max(this.#last, this.#options.share.newest?.number ?? 0);
    }
    if (demand && (before?.encoding === "raw") !== (demand.encoding === "raw")) {
      this.#ladder = new LineLadder(demand.encoding === "raw" ? rawSteps : lossySteps);
    }
    this.#options.onDemand();
    if (demand && !(before && looksAlike(before, demand))) this.#repeat(false);
    else this.wake();
  }

  #repeat(isKeyFrame: boolean): void {
    if (isKeyFrame) this.#base = undefined;
    this.#request = undefined;
    this.#isForced = true;
    // Frames that the viewer did not want do not count as replaced.
    this.#last = Math.max(this.#last, (this.#options.share.newest?.number ?? 0) - 1);
    this.#timer.reset();
    this.wake();
  }
}
