import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CreditWindow } from "../src/index.ts";

describe("a CreditWindow", () => {
  it("grants one picture before anybody waits for one", () => {
    const window = new CreditWindow();
    expect(window.grant()).toBe(1);
    expect(window.through).toBe(1);
  });

  it("grants two while the consumer waits", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    expect(window.grant()).toBe(2);
  });

  it("grants nothing twice", () => {
    const window = new CreditWindow();
    window.grant();
    expect(window.grant()).toBeUndefined();
  });

  it("allows one further picture while the consumer holds one", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    window.grant();
    window.accept(1);
    window.hold();
    window.setIdle(false);
    expect(window.grant()).toBeUndefined();
    expect(window.through).toBe(2);
  });

  it("grants no more for a picture that is consumed while the consumer is busy with something else", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.hold();
    expect(window.grant()).toBe(2);
    window.release();
    expect(window.grant()).toBeUndefined();
  });

  it("grants two above what is consumed when the consumer waits again", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    window.grant();
    window.accept(1);
    window.hold();
    window.setIdle(false);
    window.release();
    window.setIdle(true);
    expect(window.grant()).toBe(3);
  });

  it("never takes a grant back", () => {
    const window = new CreditWindow();
    window.setIdle(true);
    window.grant();
    window.setIdle(false);
    expect(window.grant()).toBeUndefined();
    expect(window.through).toBe(2);
  });

  it("gives the credit of a skipped picture back", () => {
    const window = new CreditWindow();
    window.grant();
    window.accept(1);
    window.skip();
    expect(window.grant()).toBe(2);
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
    expect(window.grant()).toBe(3);
    window.skip();
    expect(window.grant()).toBe(4);
  });

  it("keeps its bounds, and never runs dry, whatever the consumer and the uploader do", () => {
    const step = fc.constantFrom("arrive", "junk", "next", "dispose", "skip one", "come with nothing");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const window = new CreditWindow();
        let [sent, waiting, granted] = [0, 0, 0];
        let [isIdle, isHeld] = [false, false];
        const settle = () => {
          if (isIdle && waiting > 0) {
            waiting--;
            [isIdle, isHeld] = [false, true];
            window.hold();
          }
          window.setIdle(isIdle);
          const through = window.grant();
          if (through !== undefined) {
            expect(through).toBeGreaterThan(granted);
            granted = through;
          }
          // Everything granted is waiting or may still come: that is what the receiver has to have room for.
          const further = waiting + granted - sent;
          expect(further).toBeLessThanOrEqual(2);
          expect(further).toBeGreaterThanOrEqual(isIdle ? 2 : 1);
        };
        settle();
        expect(granted).toBe(1);
        for (const step of steps) {
          if (step === "arrive" && sent < granted) {
            sent++;
            expect(window.accept(sent)).toBe(true);
            waiting++;
          } else if (step === "junk") {
            expect(window.accept(granted + 1)).toBe(false);
          } else if ((step === "next" || step === "dispose") && isHeld) {
            isHeld = false;
            window.release();
          } else if (step === "skip one" && waiting > 0) {
            waiting--;
            window.skip();
          }
          if (step === "next") isIdle = true;
          if (step === "come with nothing") isIdle = false;
          settle();
        }
      }),
    );
  });
});
