import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CreditWindow } from "../../src/index.ts";

/** A window that has granted two frames and received `count` of them. */
function received(count: number): CreditWindow {
  const window = new CreditWindow();
  window.grant(true);
  for (let sequence = 1; sequence <= count; sequence++) window.accept(sequence);
  return window;
}

describe("CreditWindow", () => {
  it("grants one frame while the consumer is busy", () => {
    const window = new CreditWindow();
    expect(window.outstanding).toBe(0);
    expect(window.grant()).toEqual({ through: 1, consumed: 0 });
    expect(window.outstanding).toBe(1);
  });

  it("grants two frames while the consumer waits", () => {
    const window = new CreditWindow();
    expect(window.grant(true)).toEqual({ through: 2, consumed: 0 });
  });

  it("returns undefined if all credit is already granted", () => {
    const window = new CreditWindow();
    window.grant();
    expect(window.grant()).toBeUndefined();
  });

  it("keeps one frame granted while the consumer holds another frame", () => {
    const window = received(1);
    window.hold(1);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("grants no new frame on release while the consumer is busy", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.hold(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 0 });
    window.release(1);
    expect(window.grant()).toBeUndefined();
  });

  it("grants two frames after a release when the consumer waits again", () => {
    const window = received(1);
    window.hold(1);
    window.release(1);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
  });

  it("keeps outstanding grants when the consumer becomes busy", () => {
    const window = received(0);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(2);
  });

  it("grants a new frame for a frame that is released without hold()", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.release(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 1 });
  });

  it("counts a released frame once, and ignores the release of frames that never arrived", () => {
    const window = received(1);
    window.release(1);
    window.release(1);
    window.release(2);
    window.release(7);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
  });

  it("does not report the held frame as consumed if a later frame is released first", () => {
    const window = received(2);
    window.hold(1);
    window.release(2);
    expect(window.grant(false)).toEqual({ through: 3, consumed: 0 });
    window.release(1);
    expect(window.grant(true)).toEqual({ through: 4, consumed: 2 });
  });

  it("ignores hold() for a released frame", () => {
    const window = received(1);
    window.release(1);
    window.hold(1);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("refuses a sequence number that was not granted or has arrived before", () => {
    const window = new CreditWindow();
    expect(window.accept(1)).toBe(false);
    window.grant(true);
    expect(window.accept(0)).toBe(false);
    expect(window.accept(3)).toBe(false);
    expect(window.accept(1)).toBe(true);
    expect(window.accept(1)).toBe(false);
    expect(window.accept(2)).toBe(true);
    expect(window.accept(1)).toBe(false);
  });

  it("counts skipped sequence numbers as consumed", () => {
    const window = new CreditWindow();
    window.grant(true);
    expect(window.accept(2)).toBe(true);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
    window.release(2);
    expect(window.grant(true)).toEqual({ through: 4, consumed: 2 });
  });

  it("reports consumed frames only with new credit, unless setReportsEach(true) was called", () => {
    const window = received(2);
    window.release(1);
    window.release(2);
    expect(window.grant(false)).toEqual({ through: 3, consumed: 2 });
    const busy = received(1);
    busy.release(1);
    expect(busy.grant(false)).toBeUndefined();
    busy.setReportsEach(true);
    expect(busy.grant(false)).toEqual({ through: 2, consumed: 1 });
    expect(busy.grant(false)).toBeUndefined();
    busy.accept(2);
    expect(busy.grant(false)).toBeUndefined();
    busy.release(2);
    expect(busy.grant(false)).toEqual({ through: 3, consumed: 2 });
    busy.setReportsEach(false);
    expect(busy.grant(true)).toEqual({ through: 4, consumed: 2 });
    busy.accept(3);
    busy.release(3);
    expect(busy.grant(false)).toBeUndefined();
  });

  it("reports a frame as consumed only when all earlier frames are consumed", () => {
    const window = received(2);
    window.setReportsEach(true);
    window.release(2);
    expect(window.grant(false)).toBeUndefined();
    window.release(1);
    expect(window.grant(false)).toEqual({ through: 3, consumed: 2 });
  });

  it("reports each consumed frame once from finalGrant(), without new credit", () => {
    const window = new CreditWindow();
    expect(window.finalGrant()).toBeUndefined();
    window.grant(true);
    window.accept(1);
    window.accept(2);
    window.release(1);
    expect(window.finalGrant()).toEqual({ through: 2, consumed: 1 });
    expect(window.finalGrant()).toBeUndefined();
    window.release(2);
    expect(window.finalGrant()).toEqual({ through: 2, consumed: 2 });
  });

  it("keeps the sum of outstanding and waiting frames at one or two, for any sequence of steps", () => {
    const step = fc.constantFrom(
      "arrive",
      "skip",
      "no credit",
      "next",
      "dispose",
      "drop one",
      "drop last",
      "busy",
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: "max" }), fc.boolean(), (steps, reportsEach) => {
        const window = new CreditWindow();
        window.setReportsEach(reportsEach);
        let [sent, granted, reported] = [0, 0, 0];
        const waiting: number[] = [];
        let held: number | undefined;
        let isIdle = false;
        const settle = () => {
          if (isIdle && waiting.length > 0) {
            held = waiting.shift() as number;
            isIdle = false;
            window.hold(held);
          }
          const grant = window.grant(isIdle);
          const consumed = Math.min(held ?? sent + 1, waiting[0] ?? sent + 1) - 1;
          if (grant) {
            assert.ok(grant.through >= granted);
            assert.equal(grant.through > granted || (reportsEach && grant.consumed > reported), true);
            assert.equal(grant.consumed, consumed);
            granted = grant.through;
            reported = grant.consumed;
          } else if (reportsEach) assert.equal(reported, consumed);
          assert.equal(window.outstanding, granted - sent);
          // The receiver needs memory for each outstanding or waiting frame, so there may be at most two.
          const further = waiting.length + granted - sent;
          assert.ok(further <= 2);
          assert.ok(further >= (isIdle ? 2 : 1));
        };
        settle();
        assert.equal(granted, 1);
        for (const step of steps) {
          const isRoom = sent + (step === "skip" ? 1 : 0) < granted;
          if ((step === "arrive" || step === "skip") && isRoom) {
            sent += step === "skip" ? 2 : 1;
            assert.equal(window.accept(sent), true);
            waiting.push(sent);
          } else if (step === "no credit") {
            assert.equal(window.accept(granted + 1), false);
          } else if ((step === "next" || step === "dispose") && held !== undefined) {
            window.release(held);
            held = undefined;
          } else if ((step === "drop one" || step === "drop last") && waiting.length > 0) {
            window.release((step === "drop one" ? waiting.shift() : waiting.pop()) as number);
          }
          if (step === "next") isIdle = true;
          if (step === "busy") isIdle = false;
          settle();
        }
      }),
      { numRuns: 1000 },
    );
  });
});
