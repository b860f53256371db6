import { type CaptureNotice, pageNoticeType } from "@broadcast-ipc/protocol";
import type { CaptureTarget } from "../capture-target.ts";
import type { PageCaptureEnd } from "../page-capture-end.ts";

type StateTarget = Pick<CaptureTarget, "send" | "on" | "off" | "demand">;

/** The newest capture of each target. */
const newest = new WeakMap<object, CaptureState>();

/**
 * What the receivers of a target are told about whether its page is captured. A later capture of the same target replaces
 * the state.
 */
export class CaptureState {
  readonly #target: StateTarget;
  #notice: CaptureNotice = { kind: "capture", state: "running" };

  constructor(target: StateTarget) {
    this.#target = target;
    const earlier = newest.get(target);
    if (earlier) earlier.#release();
    newest.set(target, this);
  }

  /** The notice for a receiver that connects. */
  get notice(): CaptureNotice {
    return this.#notice;
  }

  /**
   * Sends each further receiver of the target how the capture has ended. A receiver that is connected but has not sent a
   * demand yet is told when its demand arrives. Returns the notice for the other connected receivers. Returns `undefined`
   * if the target has ended, or if another capture of it has started, which is shown instead.
   */
  end(reason: PageCaptureEnd["reason"]): CaptureNotice | undefined {
    if (reason === "uploader-closed" || newest.get(this.#target) !== this) return undefined;
    this.#notice = { kind: "capture", state: reason };
    this.#target.on("connect", this.#tell);
    if (!this.#target.demand) this.#target.on("demand", this.#tellFirst);
    return this.#notice;
  }

  #release(): void {
    this.#target.off("connect", this.#tell);
    this.#target.off("demand", this.#tellFirst);
  }

  #tellFirst = (): void => {
    if (this.#target.demand) this.#tell();
  };

  #tell = (): void => {
    this.#target.off("demand", this.#tellFirst);
    // A lost connection loses the notice. The next receiver gets it again.
    this.#target.send(pageNoticeType, this.#notice).catch(() => {});
  };
}
