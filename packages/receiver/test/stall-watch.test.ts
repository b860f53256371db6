import { describe, expect, it } from "vitest";
import { StallWatch } from "../src/stall-watch.ts";

describe("a stall", () => {
  it("begins once the consumer has waited for that long, and is told once", () => {
    const watch = new StallWatch(100);
    expect([watch.dueAt, watch.check(1e9)]).toEqual([undefined, false]);
    watch.wait(50);
    expect(watch.dueAt).toBe(150);
    expect([watch.check(149), watch.check(150), watch.check(151)]).toEqual([false, true, false]);
    expect(watch.dueAt).toBeUndefined();
  });

  it("is not put off by coming again, as for sound", () => {
    const watch = new StallWatch(100);
    for (let now = 0; now < 100; now += 10) watch.wait(now);
    expect(watch.dueAt).toBe(100);
  });

  it("does not begin where a picture came in time, nor while nobody has come for the next one", () => {
    const watch = new StallWatch(100);
    watch.wait(0);
    expect(watch.arrive()).toBe(false);
    expect([watch.dueAt, watch.check(1000)]).toEqual([undefined, false]);
    watch.wait(1000);
    expect(watch.dueAt).toBe(1100);
  });

  it("ends with the next picture, told once, and may begin anew", () => {
    const watch = new StallWatch(100);
    watch.wait(0);
    watch.check(100);
    watch.wait(200);
    expect([watch.arrive(), watch.arrive()]).toEqual([true, false]);
    watch.wait(300);
    expect([watch.check(399), watch.check(400)]).toEqual([false, true]);
  });

  it("does not begin while no picture is wanted, and one that has begun ends with the next picture all the same", () => {
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
