import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ViewState } from "../../src/element/view-state.ts";

/** Returns a state that is connected and has shown a frame, its changes from then on, and a clock in ms. */
function live() {
  const clock = { now: 0 };
  const changes: string[] = [];
  const state: ViewState = new ViewState(
    () => changes.push(state.name),
    () => clock.now,
  );
  state.begin();
  state.open();
  state.greet();
  state.show(1_000);
  changes.length = 0;
  return { state, changes, clock };
}

describe("ViewState", () => {
  test("is idle, then connecting, and live after the first frame", () => {
    const seen: string[] = [];
    const state: ViewState = new ViewState(() => seen.push(`${state.name}: ${state.reason}`));
    expect(state.name).toBe("idle");
    state.begin();
    state.open();
    state.greet();
    state.show(1);
    expect(seen).toEqual(["connecting: Connecting…", "connecting: Waiting for the video…", "live: "]);
  });

  test("reports no change for each further frame", () => {
    const { state, changes } = live();
    state.show(2_000);
    expect(changes).toEqual([]);
  });

  test("becomes still after two seconds without a frame, and live with the next frame", () => {
    const { state, changes, clock } = live();
    clock.now = 2_000;
    state.check();
    expect(state.name).toBe("live");
    clock.now = 2_001;
    state.check();
    expect(state.name).toBe("still");
    state.show(2_000);
    expect(changes).toEqual(["still", "live"]);
  });

  test("does not become still because the page was hidden", () => {
    const { state, clock } = live();
    clock.now = 60_000;
    state.wake();
    state.check();
    expect(state.name).toBe("live");
  });

  test("stays interrupted until a frame from after the interruption", () => {
    const { state, changes } = live();
    state.fallSilent({ type: "interrupted", reason: "The capture process was killed." });
    expect(state.reason).toBe("The capture process was killed.");
    state.show(2_000);
    state.resume(3_000);
    state.show(2_999);
    expect(changes).toEqual(["interrupted"]);
    state.show(3_000);
    expect(changes).toEqual(["interrupted", "live"]);
    expect(state.reason).toBe("");
  });

  test("measures the duration of an interruption from its start, also if the reason changes", () => {
    const { state, clock } = live();
    clock.now = 1_000;
    state.fallSilent({ type: "interrupted", reason: "one" });
    clock.now = 3_000;
    state.fallSilent({ type: "interrupted", reason: "two" });
    clock.now = 4_000;
    expect(state.duration).toBe(3_000);
  });

  test("says in its own words what the server gives no reason for", () => {
    const { state } = live();
    for (const [type, reason] of [
      ["interrupted", "Waiting for the video to come back."],
      ["ended", "The broadcast is over."],
    ] as const) {
      state.fallSilent({ type, reason: "" });
      expect(state.reason).toBe(reason);
    }
    state.refuse("");
    expect(state.reason).toBe("This view is not open to you.");
  });

  test("stays ended while the connection is lost and found again, and is live with a new frame", () => {
    const { state, changes } = live();
    state.fallSilent({ type: "ended", reason: "Done." });
    state.lose("");
    state.open();
    state.greet();
    expect([state.name, state.reason]).toEqual(["ended", "Done."]);
    state.show(1);
    expect(changes).toEqual(["ended", "live"]);
  });

  test("forgets an interruption of the lost connection", () => {
    const { state, changes } = live();
    state.fallSilent({ type: "interrupted", reason: "" });
    state.lose("");
    state.open();
    state.greet();
    state.show(1);
    expect(changes).toEqual(["interrupted", "lost", "connecting", "live"]);
  });

  test("adds to the reason of a loss that it reconnects", () => {
    const { state } = live();
    state.lose("100 viewers are the limit.");
    expect(state.reason).toBe("100 viewers are the limit. Trying again…");
    state.lose("");
    expect(state.reason).toBe("Trying again…");
  });

  test("is interrupted a second after the end of a capture, and goes back when another one runs", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { state, changes, clock } = live();
    state.learnCapture({ kind: "capture", state: "stopped" });
    vi.advanceTimersByTime(999);
    state.learnCapture({ kind: "capture", state: "running" });
    vi.advanceTimersByTime(1_000);
    expect([changes, state.isCaptureEnded]).toEqual([[], false]);
    state.learnCapture({ kind: "capture", state: "closed" });
    clock.now = 1_000;
    vi.advanceTimersByTime(1_000);
    expect([state.name, state.reason]).toEqual(["interrupted", "The page was closed."]);
    clock.now = 4_000;
    state.check();
    expect([state.duration, state.isCaptureEnded]).toEqual([3_000, true]);
    state.learnCapture({ kind: "capture", state: "running" });
    expect(changes).toEqual(["interrupted", "still"]);
  });

  test("tells the reason of a silence rather than the end of a capture", () => {
    const { state, changes } = live();
    state.learnCapture({ kind: "capture", state: "crashed" });
    state.fallSilent({ type: "interrupted", reason: "The source has ended." });
    state.learnCapture({ kind: "capture", state: "running" });
    expect([changes, state.reason]).toEqual([["interrupted"], "The source has ended."]);
  });

  test("forgets the end of a capture when the connection is lost", () => {
    const { state, changes } = live();
    state.fallSilent({ type: "interrupted", reason: "" });
    state.learnCapture({ kind: "capture", state: "closed" });
    state.lose("");
    state.open();
    state.greet();
    expect(state.reason).toBe("Waiting for the video…");
    state.show(1);
    expect(changes).toEqual(["interrupted", "lost", "connecting", "live"]);
  });
});
