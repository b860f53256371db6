import { describe, expect, it } from "vitest";
import { StallWatch } from "../src/stall-watch.ts";

describe("StallWatch", () => {
  it("reports a stall once, after the consumer has waited for stallAfter", () => {
    const watch = new StallWatch(100);
    expect([watch.dueAt, watch.check(1e9)]).toEqual([undefined, false]);
    watch.wait(50);
    expect(watch.dueAt).toBe(150);
    expect([watch.check(149), watch.check(150), watch.check(151)]).toEqual([false, true, false]);
    expect(watch.dueAt).toBeUndefined();
  });

  it("does not restart the wait when wait() is called again", () => {
    const watch = new StallWatch(100);
    for (let now = 0; now < 100; now += 10) watch.wait(now);
    expect(watch.dueAt).toBe(100);
  });

  it("reports no stall if a frame arrives in time, and none while the consumer is busy", () => {
    const watch = new StallWatch(100);
    watch.wait(0);
    expect(watch.arrive()).toBe(false);
    expect([watch.dueAt, watch.check(1000)]).toEqual([undefined, false]);
    watch.wait(1000);
    expect(watch.dueAt).toBe(1100);
  });

  it("reports the end of a stall once, and then another stall", () => {
    const watch = new StallWatch(100);
    watch.wait(0);
    watch.check(100);
    watch.wait(200);
    expect([watch.arrive(), watch.arrive()]).toEqual([true, false]);
    watch.wait(300);
    expect([watch.check(399), watch.check(400)]).toEqual([false, true]);
  });

  it("reports no stall after reset(), and ends an earlier stall with the next frame", () => {
    const watch = new StallWatch(100);
    watch.wait(0);
    watch.reset();
    expect([watch.dueAt, watch.check(500)]).toEqual([undefined, false]);
    watch.wait(500);
    watch.check(600);
    watch.reset();
    watch.wait(700);
    expect([watch.check(900), watch.arrive()]).toEqual([false, true]);
  });
});
