/** What the hint depends on. */
export interface ControlSituation {
  /** Whether this viewer may take control now. */
  readonly isPossible: boolean;
  /** Whether this viewer has clicked the video, so that its input goes to the source. */
  readonly isActive: boolean;
  readonly holder: "you" | "other" | "none";
  readonly isWaiting: boolean;
  readonly isWanted: boolean;
  /** Whether the main pointing device is a finger. */
  readonly isTouch: boolean;
  /** Whether the video has the focus and the viewer uses the keyboard. */
  readonly isKeyboard: boolean;
}

/** Whether this viewer can take control, waits for it or has it. The attribute `data-control` has this value. */
export type ControlPhase = "none" | "possible" | "waiting" | "yours";

/** Returns the phase of this viewer. */
export function phaseOf({ isPossible, isActive, holder }: ControlSituation): ControlPhase {
  if (!isPossible) return "none";
  if (!isActive) return "possible";
  return holder === "you" ? "yours" : "waiting";
}

/** Returns the sentence that tells the viewer how to take or leave control. */
export function hintFor(situation: ControlSituation): string {
  const { isPossible, isActive, holder, isWaiting, isWanted, isTouch, isKeyboard } = situation;
  if (!isPossible) return "";
  const act = isKeyboard ? "Press Enter" : isTouch ? "Tap" : "Click";
  if (!isActive) {
    if (holder === "other") return `Someone else is in control. ${act} to ask for control.`;
    return holder === "you" ? `It is your turn. ${act} to take control.` : `${act} to take control`;
  }
  if (holder === "you") {
    const leave = isTouch ? "Tap outside of the video to" : "Press Escape twice to";
    return isWanted
      ? `Someone else is waiting for control. ${leave} hand over.`
      : `You are in control. ${leave} leave.`;
  }
  if (holder === "other") {
    return isWaiting ? "Someone else is in control. You are next in line." : "Someone else is in control.";
  }
  return "Waiting for control…";
}
