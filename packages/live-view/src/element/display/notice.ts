import type { ViewState, ViewStateName } from "../view-state.ts";
import type { ViewParts } from "./view-parts.ts";

const titles: Readonly<Record<ViewStateName, string>> = {
  idle: "",
  connecting: "",
  live: "Live",
  still: "Live",
  interrupted: "Interrupted",
  ended: "Ended",
  lost: "No connection",
  refused: "Not available",
};

/** Writes what a view shows over the video, and for screen readers. */
export class Notice {
  readonly #parts: ViewParts;
  readonly #state: ViewState;
  #wasMoving = false;

  constructor(parts: ViewParts, state: ViewState) {
    this.#parts = parts;
    this.#state = state;
  }

  /** Call it when the state has changed, and once a second so that the seconds pass. */
  update(): void {
    const { name, reason, duration } = this.#state;
    const { stage, noticeTitle, noticeTime, noticeReason, spoken } = this.#parts;
    stage.dataset.state = name;
    const seconds = Math.floor(duration / 1_000);
    write(noticeTitle, titles[name]);
    write(noticeTime, name === "interrupted" && seconds > 0 ? `${seconds} s` : "");
    write(noticeReason, reason);
    // A page that stands still from time to time would interrupt a screen reader all the time.
    const isMoving = name === "live" || name === "still";
    if (isMoving && this.#wasMoving) return;
    this.#wasMoving = isMoving;
    write(spoken, isMoving ? "The video is live." : `${titles[name]}. ${reason}`.replace(/^\. /, ""));
  }
}

/**
 * Sets the text if it has changed. Screen readers would read a live region again if its text were set to the same
 * value.
 */
export function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
