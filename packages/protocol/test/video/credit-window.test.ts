import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CreditWindow } from "../../src/index.ts";

/** A window that has granted two pictures, of which this many came. */
function received(count: number): CreditWindow {
  const window = new CreditWindow();
  window.setIdle(true);
  window.grant();
  for (let sequence = 1; sequence <= count; sequence++) window.accept(sequence);
  return window;
}

describe("a CreditWindow", () => {
  it("grants one picture before anybody waits for one", () => {
    const window = new CreditWindow();
    expect(window.outstanding).toBe(0);
    expect(window.grant()).toEqual({ through: 1, consumed: 0 });
    expect(window.outstanding).toBe(1);
  });

  it("grants two while the consumer waits", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    expect(window.grant()).toEqual({ through: 2, consumed: 0 });
  });

  it("grants nothing twice", () => {
    const window = new CreditWindow();
    window.grant();
    expect(window.grant()).toBeUndefined();
  });

  it("allows one further picture while the consumer holds one", () => {
    const window = received(1);
    window.hold(1);
    window.setIdle(false);
    expect(window.grant()).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("grants no more for a picture that is consumed while the consumer is busy with something else", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.hold(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 0 });
    window.release(1);
    expect(window.grant()).toBeUndefined();
  });

  it("grants two above what is consumed when the consumer waits again", () => {
    const window = received(1);
    window.hold(1);
    window.setIdle(false);
    window.release(1);
    window.setIdle(true);
    expect(window.grant()).toEqual({ through: 3, consumed: 1 });
  });

  it("never takes a grant back", () => {
    const window = received(0);
    window.setIdle(false);
    expect(window.grant()).toBeUndefined();
    expect(window.outstanding).toBe(2);
  });

  it("gives the credit back of a picture that is never handed out", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.release(1);
    expect(window.grant()).toEqual({ through: 2, consumed: 1 });
  });

  it("counts a picture that is done with once, and none that never came", () => {
    const window = received(1);
    window.release(1);
    window.release(1);
    window.release(2);
    window.release(7);
    expect(window.grant()).toEqual({ through: 3, consumed: 1 });
  });

  it("holds the picture that it was told, also when another one is done with first", () => {
    const window = received(2);
    window.hold(1);
    window.setIdle(false);
    window.release(2);
    expect(window.grant()).toEqual({ through: 3, consumed: 0 });
    window.release(1);
    window.setIdle(true);
    expect(window.grant()).toEqual({ through: 4, consumed: 2 });
  });

  it("does not take a picture for held that is done with already", () => {
    const window = received(1);
    window.setIdle(false);
    window.release(1);
    window.hold(1);
    expect(window.grant()).toBeUndefined();
    expect(window.outstanding).toBe(1);
  });

  it("refuses a number that was never granted, or that came before", () => {
    const window = new CreditWindow();
    expect(window.accept(1)).toBe(false);
    window.setIdle(true);
    window.grant();
    expect(window.accept(0)).toBe(false);
    expect(window.accept(3)).toBe(false);
    expect(window.accept(1)).toBe(true);
    expect(window.accept(1)).toBe(false);
    expect(window.accept(2)).toBe(true);
    expect(window.accept(1)).toBe(false);
  });

  it("counts numbers that were left out as consumed", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    window.grant();
    expect(window.accept(2)).toBe(true);
    expect(window.grant()).toEqual({ through: 3, consumed: 1 });
    window.release(2);
    expect(window.grant()).toEqual({ through: 4, consumed: 2 });
  });

  it("tells of what is consumed along with more credit only, unless it is to report each", () => {
    const window = received(2);
    window.setIdle(false);
    window.release(1);
    window.release(2);
    expect(window.grant()).toEqual({ through: 3, consumed: 2 });
    const busy = received(1);
    busy.setIdle(false);
    busy.release(1);
    expect(busy.grant()).toBeUndefined();
    busy.setReportsEach(true);
    expect(busy.grant()).toEqual({ through: 2, consumed: 1 });
    expect(busy.grant()).toBeUndefined();
    busy.accept(2);
    expect(busy.grant()).toBeUndefined();
    busy.release(2);
    expect(busy.grant()).toEqual({ through: 3, consumed: 2 });
    busy.setReportsEach(false);
    busy.setIdle(true);
    expect(busy.grant()).toEqual({ through: 4, consumed: 2 });
    busy.accept(3);
    busy.setIdle(false);
    busy.release(3);
    expect(busy.grant()).toBeUndefined();
  });

  it("tells of a picture as consumed only when all before it are", () => {
    const window = received(2);
    window.setReportsEach(true);
    window.setIdle(false);
    window.release(2);
    expect(window.grant()).toBeUndefined();
    window.release(1);
    expect(window.grant()).toEqual({ through: 3, consumed: 2 });
  });

  it("reports unreported consumption once at the end, and grants no more", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    expect(window.finalGrant()).toBeUndefined();
    window.grant();
    window.accept(1);
    window.accept(2);
    window.release(1);
    window.setIdle(true);
    expect(window.finalGrant()).toEqual({ through: 2, consumed: 1 });
    expect(window.finalGrant()).toBeUndefined();
    window.release(2);
    expect(window.finalGrant()).toEqual({ through: 2, consumed: 2 });
  });

  it("keeps its bounds, and never runs dry, whatever the consumer and the uploader do", () => {
    const step = fc.constantFrom(
      "arrive",
      "leave out",
      "junk",
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
        let [sent, granted, told] = [0, 0, 0];
        const waiting: number[] = [];
        let held: number | undefined;
        let isIdle = false;
        const settle = () => {
          if (isIdle && waiting.length > 0) {
            held = waiting.shift() as number;
            isIdle = false;
            window.hold(held);
          }
          window.setIdle(isIdle);
          const grant = window.grant();
          const consumed = Math.min(held ?? sent + 1, waiting[0] ?? sent + 1) - 1;
          if (grant) {
            expect(grant.through).toBeGreaterThanOrEqual(granted);
            expect(grant.through > granted || (reportsEach && grant.consumed > told)).toBe(true);
            expect(grant.consumed).toBe(consumed);
            granted = grant.through;
            told = grant.consumed;
          } else if (reportsEach) expect(told).toBe(consumed);
          expect(window.outstanding).toBe(granted - sent);
          // Everything granted is waiting or may still come: that is what the receiver has to have room for.
          const further = waiting.length + granted - sent;
          expect(further).toBeLessThanOrEqual(2);
          expect(further).toBeGreaterThanOrEqual(isIdle ? 2 : 1);
        };
        settle();
        expect(granted).toBe(1);
        for (const step of steps) {
          const isRoom = sent + (step === "leave out" ? 1 : 0) < granted;
          if ((step === "arrive" || step === "leave out") && isRoom) {
            sent += step === "leave out" ? 2 : 1;
            expect(window.accept(sent)).toBe(true);
            waiting.push(sent);
          } else if (step === "junk") {
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
