import { describe, expect, test } from "vitest";
import { isTurnOver, settleInTurn } from "../../src/queue/settle-in-turn.ts";

describe("settleInTurn", () => {
  test("settles at once in a fresh turn of the event loop", () => {
    let isSettled = false;
    settleInTurn(() => {
      isSettled = true;
    });
    expect(isSettled).toBe(true);
  });

  test("lets timers and immediates run during a loop over calls that settle at once", async () => {
    let hasTurned = false;
    setTimeout(() => {
      hasTurned = true;
    }, 0);
    // The loop ends only if the event loop turns.
    while (!hasTurned) await new Promise<void>((resolve) => settleInTurn(resolve));
    expect(hasTurned).toBe(true);
  });

  test("keeps the order of postponed settlements", async () => {
    while (!isTurnOver());
    const order: number[] = [];
    const settled = [1, 2, 3].map(
      (number) =>
        new Promise<void>((resolve) => {
          settleInTurn(() => {
            order.push(number);
            resolve();
          });
        }),
    );
    expect(order).toEqual([]);
    await Promise.all(settled);
    expect(order).toEqual([1, 2, 3]);
  });
});
