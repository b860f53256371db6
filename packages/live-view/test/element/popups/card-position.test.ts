import { describe, expect, test } from "vitest";
import { cardPosition } from "../../../src/element/popups/card-position.ts";

const window = { width: 1_000, height: 600 };
const card = { width: 200, height: 300 };

describe("cardPosition", () => {
  test("is below the element if there is room", () => {
    const box = { left: 100, top: 50, width: 80, height: 20 };
    expect(cardPosition(card, box, window, false)).toEqual({ left: 100, top: 72 });
  });

  test("is above the element if there is no room below", () => {
    const box = { left: 100, top: 500, width: 80, height: 20 };
    expect(cardPosition(card, box, window, false)).toEqual({ left: 100, top: 198 });
  });

  test("stays within the window", () => {
    const box = { left: 950, top: 280, width: 80, height: 20 };
    expect(cardPosition(card, box, window, false)).toEqual({ left: 792, top: 292 });
    expect(cardPosition(card, { ...box, left: -90, top: -500 }, window, false)).toEqual({ left: 8, top: 8 });
  });

  test("is at the centre of the box if it is centred", () => {
    const box = { left: 0, top: 0, width: 640, height: 360 };
    expect(cardPosition(card, box, window, true)).toEqual({ left: 220, top: 30 });
  });
});
