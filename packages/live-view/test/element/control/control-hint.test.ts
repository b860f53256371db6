import { describe, expect, test } from "vitest";
import { type ControlSituation, hintFor, phaseOf } from "../../../src/element/control/control-hint.ts";

const nobody: ControlSituation = {
  isPossible: true,
  isActive: false,
  holder: "none",
  isWaiting: false,
  isWanted: false,
  isTouch: false,
  isKeyboard: false,
};

describe("hintFor", () => {
  test("is empty and the phase is none while control is not possible", () => {
    const situation = { ...nobody, isPossible: false, holder: "other" } as const;
    expect([hintFor(situation), phaseOf(situation)]).toEqual(["", "none"]);
  });

  test.each([
    [{}, "possible", "Click to take control"],
    [{ isTouch: true }, "possible", "Tap to take control"],
    [{ isKeyboard: true }, "possible", "Press Enter to take control"],
    [{ holder: "other" }, "possible", "Someone else is in control. Click to ask for control."],
    [{ holder: "you" }, "possible", "It is your turn. Click to take control."],
    [{ isActive: true }, "waiting", "Waiting for control…"],
    [
      { isActive: true, holder: "other", isWaiting: true },
      "waiting",
      "Someone else is in control. You are next in line.",
    ],
    [{ isActive: true, holder: "other" }, "waiting", "Someone else is in control."],
    [{ isActive: true, holder: "you" }, "yours", "You are in control. Press Escape twice to leave."],
    [
      { isActive: true, holder: "you", isTouch: true },
      "yours",
      "You are in control. Tap outside of the video to leave.",
    ],
    [
      { isActive: true, holder: "you", isWanted: true },
      "yours",
      "Someone else is waiting for control. Press Escape twice to hand over.",
    ],
  ] as const)("with %j has the phase %s and says %j", (change, phase, hint) => {
    const situation = { ...nobody, ...change };
    expect([phaseOf(situation), hintFor(situation)]).toEqual([phase, hint]);
  });
});
