import type { CaptureNotice } from "@broadcast-ipc/protocol";
import type { SilenceMessage } from "../wire/view-messages.ts";
import { CaptureEnd } from "./capture-end.ts";

/**
 * What a `<broadcast-view>` shows.
 * - `"idle"`: nothing, because it has no `src` or is not in a document.
 * - `"connecting"`: it waits for the server or for the first frame.
 * - `"live"`: new frames are shown as they arrive.
 * - `"still"`: connected, but no new frame has arrived for two seconds.
 * - `"interrupted"`: the source does not deliver frames, or the capture of the page has ended; the server waits for it.
 * - `"ended"`: the broadcast is over.
 * - `"lost"`: the connection to the server is lost, and the element tries to reconnect.
 * - `"refused"`: the server has turned this viewer away for good.
 */
export type ViewStateName =
  | "idle"
  | "connecting"
  | "live"
  | "still"
  | "interrupted"
  | "ended"
  | "lost"
  | "refused";

/** Time without a frame after which the state changes from "live" to "still", in ms. */
const stillTime = 2_000;

const defaultReasons: Readonly<Record<ViewStateName, string>> = {
  idle: "",
  connecting: "Connecting…",
  live: "",
  still: "Nothing is moving at the moment.",
  interrupted: "Waiting for the video to come back.",
  ended: "The broadcast is over.",
  lost: "Trying again…",
  refused: "This view is not open to you.",
};

interface Situation {
  readonly name: ViewStateName;
  readonly reason: string;
}

/** Decides what a viewer is told, from what happens on the connection. */
export class ViewState {
  readonly #onChange: () => void;
  readonly #now: () => number;
  readonly #captureEnd = new CaptureEnd(() => this.#tell());
  /** The situation of the connection and its frames. */
  #situation: Situation = { name: "idle", reason: "" };
  /** What the viewer is told: the situation, or that the capture of the page has ended. */
  #told: Situation = this.#situation;
  #since = 0;
  #lastFrame = 0;
  #isSilent = false;
  /** Timestamp of the first frame after an interruption; `undefined` until the server reports it. */
  #resumedFrom: number | undefined;

  /**
   * @param onChange Called when the name or the reason has changed.
   * @param now Returns the time in ms.
   */
  constructor(onChange: () => void, now: () => number = () => performance.now()) {
    this.#onChange = onChange;
    this.#now = now;
  }

  get name(): ViewStateName {
    return this.#told.name;
  }

  /** A sentence that says why the state was entered, to be shown to the viewer. Empty for "live" and "idle". */
  get reason(): string {
    return this.#told.reason;
  }

  /** Time since the state was entered, in ms. */
  get duration(): number {
    return this.#now() - this.#since;
  }

  /** Whether the source delivers frames, or the server waits for it. */
  get isWatching(): boolean {
    return ["live", "still", "interrupted"].includes(this.name);
  }

  /** Whether the capture of the page has ended, so that nothing takes input. */
  get isCaptureEnded(): boolean {
    return this.#captureEnd.reason !== undefined;
  }

  /** Called when an element starts to connect. */
  begin(): void {
    this.#captureEnd.clear();
    this.#enter("connecting");
  }

  /** Called when an element stops to connect. */
  stop(): void {
    this.#isSilent = false;
    this.#captureEnd.clear();
    this.#enter("idle");
  }

  /** Called when a connection is open. The server reports a silence, or the end of a capture, again on each connection. */
  open(): void {
    this.#isSilent = false;
    this.#resumedFrom = undefined;
  }

  /** Called for a hello. An ended broadcast stays ended until a frame arrives. */
  greet(): void {
    const { name } = this.#situation;
    if (name === "connecting" || name === "lost") this.#enter("connecting", "Waiting for the video…");
  }

  /** Called when the server reports an interruption or the end. */
  fallSilent({ type, reason }: SilenceMessage): void {
    this.#isSilent = true;
    this.#resumedFrom = undefined;
    this.#captureEnd.hurry();
    this.#enter(type, reason);
  }

  /**
   * Called when the server reports whether the page is captured. While frames are shown, an end takes effect after a second.
   * A frame does not revoke it, because the last frame may arrive after the notice.
   */
  learnCapture(notice: CaptureNotice): void {
    const { name } = this.#situation;
    this.#captureEnd.learn(notice, name === "live" || name === "still");
  }

  /** Called when the server reports the end of an interruption. */
  resume(timestamp: number): void {
    this.#resumedFrom = timestamp;
  }

  /**
   * Called when a frame has been drawn. Frames captured before an interruption may still arrive, and do not end the
   * interruption.
   */
  show(timestamp: number): void {
    this.#lastFrame = this.#now();
    if (this.#isSilent && !(this.#resumedFrom !== undefined && timestamp >= this.#resumedFrom)) return;
    this.#isSilent = false;
    this.#enter("live");
  }

  /** Called when the viewer's page is shown again. No frame can have arrived while it was hidden. */
  wake(): void {
    this.#lastFrame = this.#now();
  }

  /** Call it regularly while the viewer's page is shown. */
  check(): void {
    if (this.#situation.name === "live" && this.#now() - this.#lastFrame > stillTime) this.#enter("still");
  }

  /** Called when the connection is lost. An ended broadcast stays ended. */
  lose(reason: string): void {
    this.#captureEnd.clear();
    if (this.#situation.name === "ended") return;
    this.#enter("lost", reason === "" ? "" : `${reason}. Trying again…`.replace("..", "."));
  }

  /** Called when the server has turned this viewer away for good. */
  refuse(reason: string): void {
    this.#captureEnd.clear();
    this.#enter("refused", reason);
  }

  #enter(name: ViewStateName, reason: string = ""): void {
    this.#situation = { name, reason: reason === "" ? defaultReasons[name] : reason };
    this.#tell();
  }

  #tell(): void {
    const before = this.#told;
    const { reason } = this.#captureEnd;
    const isReplaced = ["connecting", "live", "still"].includes(this.#situation.name);
    const told: Situation =
      isReplaced && reason !== undefined ? { name: "interrupted", reason } : this.#situation;
    if (told.name === before.name && told.reason === before.reason) return;
    if (told.name !== before.name) this.#since = this.#now();
    this.#told = told;
    this.#onChange();
  }
}
