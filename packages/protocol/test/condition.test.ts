import { expect, test } from "vitest";
import { Condition } from "../src/index.ts";

test("Condition.wait resolves all waiting promises at the first check that finds the condition true", async () => {
  let isOpen = false;
  let told = 0;
  const condition = new Condition(() => isOpen);
  const waits = [1, 2].map(() => condition.wait().then(() => told++));
  condition.check();
  await Promise.resolve();
  expect(told).toBe(0);
  isOpen = true;
  condition.check();
  await Promise.all(waits);
  expect(told).toBe(2);
});

test("Condition.wait resolves at once if the condition already holds", async () => {
  await new Condition(() => true).wait();
});
