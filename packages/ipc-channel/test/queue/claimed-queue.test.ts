import { describe, expect, test } from "vitest";
import { ClaimedQueue } from "../../src/queue/claimed-queue.ts";

interface Item {
  readonly type: string;
  readonly value: number;
}

const done = { done: true, value: undefined };

/** A queue with an item for each letter: the letter is the type, and the index is the value. */
function queueOf(letters: string) {
  const taken: number[] = [];
  const queue = new ClaimedQueue<Item>(({ value }) => taken.push(value));
  let value = 0;
  const push = (more: string) => {
    for (const type of more) queue.push({ type, value: value++ });
  };
  push(letters);
  return { queue, taken, push };
}

/** Reads an ended queue to its end. */
async function rest(items: AsyncIterable<Item>): Promise<string> {
  let read = "";
  for await (const { type, value } of items) read += `${type}${value} `;
  return read.trim();
}

describe("ClaimedQueue", () => {
  test("moves waiting items of claimed types to their queue, in order, before later items", async () => {
    const { queue, push } = queueOf("abcab");
    const claimed = queue.iterate({ types: ["a", "c"] });
    push("bca");
    expect(queue.size).toBe(8);
    queue.end();
    expect(await rest(claimed)).toBe("a0 c2 a3 c6 a7");
    expect(await rest(queue.iterate())).toBe("b1 b4 b5");
    expect(queue.size).toBe(0);
  });

  test("delivers an item to the pending next() of its type only", async () => {
    const { queue, push } = queueOf("");
    const [all, claimed] = [queue.iterate().next(), queue.iterate({ types: ["a"] }).next()];
    push("ab");
    expect(await claimed).toEqual({ done: false, value: { type: "a", value: 0 } });
    expect(await all).toEqual({ done: false, value: { type: "b", value: 1 } });
  });

  test("calls onTake with each item when it is taken, not when it is moved", async () => {
    const { queue, taken, push } = queueOf("ab");
    const claimed = queue.iterate({ types: ["a"] });
    expect(taken).toEqual([]);
    await claimed.next();
    expect(taken).toEqual([0]);
    await queue.iterate().next();
    const next = claimed.next();
    push("a");
    expect(taken).toEqual([0, 1, 2]);
    await next;
  });

  test("continues the queue of the same types, in any order, after a loop was left or aborted", async () => {
    const { queue, push } = queueOf("abba");
    for await (const { value } of queue.iterate({ types: ["a", "b"] })) {
      expect(value).toBe(0);
      break;
    }
    const aborted = queue.iterate({ types: ["a", "b"], signal: AbortSignal.abort("enough") });
    await expect(aborted.next()).rejects.toBe("enough");
    push("c");
    queue.end();
    expect(await rest(queue.iterate({ types: ["b", "a", "b"] }))).toBe("b1 b2 a3");
    expect(await rest(queue.iterate())).toBe("c4");
  });

  test("rejects with ERR_IPC_BUSY only while a next() for the same types is pending", async () => {
    const { queue, push } = queueOf("");
    const pending = queue.iterate({ types: ["a"] }).next();
    await expect(queue.iterate({ types: ["a"] }).next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    const other = queue.iterate({ types: ["b"] }).next();
    const unclaimed = queue.iterate().next();
    push("abc");
    const values = (await Promise.all([pending, other, unclaimed])).map(({ value }) => value?.type);
    expect(values).toEqual(["a", "b", "c"]);
  });

  test("throws a RangeError if a type belongs to a claim of other types, and claims nothing", async () => {
    const { queue, push } = queueOf("");
    queue.iterate({ types: ["a", "b"] });
    for (const types of [["a"], ["a", "b", "c"], ["c", "b"]]) {
      expect(() => queue.iterate({ types })).toThrow(RangeError);
    }
    expect(() => queue.iterate({ types: ["c", "b"] })).toThrow('got "b" of an earlier call with "a", "b"');
    expect(queue.isClaimed("c")).toBe(false);
    push("ac");
    queue.end();
    expect(await rest(queue.iterate())).toBe("c1");
  });

  test.each<[string, unknown]>([
    ["an empty array", []],
    ["a string", "a"],
    ["null", null],
    ["a number in the array", ["a", 1]],
  ])("throws a RangeError if types is %s", (_, types) => {
    const { queue } = queueOf("");
    expect(() => queue.iterate({ types: types as string[] })).toThrow(RangeError);
  });

  test("copies the types, so later changes by the caller have no effect", () => {
    const { queue } = queueOf("");
    const types = ["a"];
    queue.iterate({ types });
    types.push("b");
    expect([queue.isClaimed("a"), queue.isClaimed("b")]).toEqual([true, false]);
  });

  test("end() ends all queues, and types can still be claimed to read their waiting items", async () => {
    const { queue, push } = queueOf("ab");
    const pending = queue.iterate({ types: ["c"] }).next();
    queue.end();
    push("a");
    expect(await pending).toEqual(done);
    expect(await rest(queue.iterate({ types: ["a"] }))).toBe("a0");
    expect(await rest(queue.iterate())).toBe("b1");
  });

  test("clear() removes the items of all queues", async () => {
    const { queue } = queueOf("ab");
    queue.iterate({ types: ["a"] });
    queue.clear();
    expect(queue.size).toBe(0);
  });

  test("takes the types of Object.prototype as types", async () => {
    const queue = new ClaimedQueue<Item>(() => {});
    queue.push({ type: "constructor", value: 0 });
    queue.end();
    expect(await rest(queue.iterate({ types: ["toString"] }))).toBe("");
    expect(await rest(queue.iterate({ types: ["constructor"] }))).toBe("constructor0");
  });
});
