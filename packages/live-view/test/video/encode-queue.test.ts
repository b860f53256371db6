import { expect, test } from "vitest";
import { type EncodeJob, EncodeQueue } from "../../src/video/encode-queue.ts";

/** Jobs that end when the test says so. */
function open(parallel: number) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = new EncodeQueue(parallel);
  const job = (name: string): EncodeJob => ({
    run: () => {
      log.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    },
  });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { queue, log, job, end };
}

test("runs jobs in order, at most the given number at a time", async () => {
  const { queue, log, job, end } = open(2);
  for (const name of ["a", "b", "c"]) queue.add(job(name));
  expect(log).toEqual(["a", "b"]);
  await end("b");
  expect(log).toEqual(["a", "b", "c"]);
});

test("runs a job again that was added while it ran, after the others and never twice at a time", async () => {
  const { queue, log, job, end } = open(2);
  const [a, b, c] = [job("a"), job("b"), job("c")];
  queue.add(a);
  for (const each of [a, a, b, c]) queue.add(each);
  expect(log).toEqual(["a", "b"]);
  await end("b");
  expect(log).toEqual(["a", "b", "c"]);
  await end("a");
  expect(log).toEqual(["a", "b", "c", "a"]);
});
