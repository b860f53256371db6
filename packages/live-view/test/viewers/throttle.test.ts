import { expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { Throttle } from "../../src/viewers/throttle.ts";
import { TokenBucket } from "../../src/viewers/token-bucket.ts";

test("Throttle runs at once within its burst, and combines later runs at its rate", () => {
  const scheduler = new FakeScheduler();
  let runs = 0;
  const throttle = new Throttle(scheduler, 5, 3, () => runs++);
  for (let call = 0; call < 100; call++) throttle.run();
  expect(runs).toBe(3);
  scheduler.advance(200);
  expect(runs).toBe(4);
  scheduler.advance(10_000);
  expect(runs).toBe(4);
  throttle.run();
  expect(runs).toBe(5);
});

test("Throttle runs nothing after close()", () => {
  const scheduler = new FakeScheduler();
  let runs = 0;
  const throttle = new Throttle(scheduler, 1, 1, () => runs++);
  throttle.run();
  throttle.run();
  throttle.close();
  scheduler.advance(10_000);
  expect(runs).toBe(1);
});

test("TokenBucket returns the time until a token is available", () => {
  const bucket = new TokenBucket(10, 5, 0);
  bucket.take(5, 0);
  expect(bucket.wait(0)).toBe(100);
  expect(bucket.wait(100)).toBe(0);
  bucket.take(11, 100);
  expect(bucket.wait(100)).toBe(1_100);
  expect(bucket.wait(1_000_000)).toBe(0);
  bucket.take(5, 1_000_000);
  expect(bucket.wait(1_000_000)).toBe(100);
});
