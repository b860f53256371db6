import { expect, test } from "vitest";
import { Condition } from "../src/index.ts";

test("Condition.wait() resolves all pending promises at the first check() that finds the condition true", async () => {
  let isOpen = false;
  let resolved = 0;
  const condition = new Condition(() => isOpen);
  const waits = [1, 2].map(() => condition.wait().then(() => resolved++));
  condition.check();
  await Promise.resolve();
  expect(resolved).toBe(0);
  isOpen = true;
  condition.check();
  await Promise.all(waits);
  expect(resolved).toBe(2);
});

test("Condition.wait() resolves at once if the condition already holds", async () => {
  await new Condition(() => true).wait();
});
