import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CreditWindow } from "../../src/index.ts";

/** A window that has granted two frames, of which `count` have arrived. */
function received(count: number): CreditWindow {
  const window = new CreditWindow();
  window.grant(true);
  for (let sequence = 1; sequence <= count; sequence++) window.accept(sequence);
  return window;
}

describe("CreditWindow", () => {
  it("grants one frame before a consumer waits", () => {
    const window = new CreditWindow();
    expect(window.outstanding).toBe(0);
    expect(window.grant()).toEqual({ through: 1, consumed: 0 });
    expect(window.outstanding).toBe(1);
  });

  it("grants two frames while the consumer waits", () => {
    const window = new CreditWindow();
    expect(window.grant(true)).toEqual({ through: 2, consumed: 0 });
  });

  it("grants nothing twice", () => {
    const window = new CreditWindow();
    window.grant();
    expect(window.grant()).toBeUndefined();
  });

  it("allows one further frame while the consumer holds one", () => {
    const window = received(1);
    window.hold(1);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("grants no more for a released frame while the consumer does not wait", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.hold(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 0 });
    window.release(1);
    expect(window.grant()).toBeUndefined();
  });

  it("grants two frames above the released ones when the consumer waits again", () => {
    const window = received(1);
    window.hold(1);
    window.release(1);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
  });

  it("never withdraws a grant", () => {
    const window = received(0);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(2);
  });

  it("returns the credit of a frame that is never handed out", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.release(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 1 });
  });

  it("counts a released frame once, and ignores frames that never arrived", () => {
    const window = received(1);
    window.release(1);
    window.release(1);
    window.release(2);
    window.release(7);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
  });

  it("keeps the held frame while a later frame is released first", () => {
    const window = received(2);
    window.hold(1);
    window.release(2);
    expect(window.grant(false)).toEqual({ through: 3, consumed: 0 });
    window.release(1);
    expect(window.grant(true)).toEqual({ through: 4, consumed: 2 });
  });

  it("does not hold a frame that is already released", () => {
    const window = received(1);
    window.release(1);
    window.hold(1);
    expect(window.grant(false)).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("refuses a number that was never granted, or that arrived before", () => {
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

  it("counts skipped numbers as consumed", () => {
    const window = new CreditWindow();
    window.grant(true);
    expect(window.accept(2)).toBe(true);
    expect(window.grant(true)).toEqual({ through: 3, consumed: 1 });
    window.release(2);
    expect(window.grant(true)).toEqual({ through: 4, consumed: 2 });
  });

  it("reports consumption only along with more credit, unless each frame is to be reported", () => {
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

  it("reports a frame as consumed only when all frames before it are", () => {
    const window = received(2);
    window.setReportsEach(true);
    window.release(2);
    expect(window.grant(false)).toBeUndefined();
    window.release(1);
    expect(window.grant(false)).toEqual({ through: 3, consumed: 2 });
  });

  it("reports unreported consumption once at the end, and grants no more", () => {
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

  it("keeps its bounds and never runs out of credit, whatever the consumer and the uploader do", () => {
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
            expect(grant.through).toBeGreaterThanOrEqual(granted);
            expect(grant.through > granted || (reportsEach && grant.consumed > reported)).toBe(true);
            expect(grant.consumed).toBe(consumed);
            granted = grant.through;
            reported = grant.consumed;
          } else if (reportsEach) expect(reported).toBe(consumed);
          expect(window.outstanding).toBe(granted - sent);
          // The receiver needs room for all granted frames that are not handed out.
          const further = waiting.length + granted - sent;
          expect(further).toBeLessThanOrEqual(2);
          expect(further).toBeGreaterThanOrEqual(isIdle ? 2 : 1);
        };
        settle();
        expect(granted).toBe(1);
        for (const step of steps) {
          const isRoom = sent + (step === "skip" ? 1 : 0) < granted;
          if ((step === "arrive" || step === "skip") && isRoom) {
            sent += step === "skip" ? 2 : 1;
            expect(window.accept(sent)).toBe(true);
            waiting.push(sent);
          } else if (step === "no credit") {
            expect(window.accept(granted + 1)).toBe(false);
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
