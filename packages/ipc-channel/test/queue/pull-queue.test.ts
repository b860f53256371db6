import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { PullQueue } from "../../src/queue/pull-queue.ts";
import { isTurnOver } from "../../src/queue/settle-in-turn.ts";

const done = { done: true, value: undefined };
const value = <T>(value: T) => ({ done: false, value });

describe("PullQueue", () => {
  test("delivers items in order, both if push() and if next() is called first", async () => {
    const queue = new PullQueue<number>();
    queue.push(1);
    const items = queue.iterate();
    expect(await items.next()).toEqual(value(1));
    const [second, third] = [items.next(), items.next()];
    expect(queue.isAwaited).toBe(true);
    queue.push(2);
    queue.push(3);
    expect(await second).toEqual(value(2));
    expect(await third).toEqual(value(3));
    expect(queue.isAwaited).toBe(false);
  });

  test("calls onTake with each item when it is taken", async () => {
    const taken: string[] = [];
    const queue = new PullQueue<string>((item) => taken.push(item));
    queue.push("kept");
    expect(taken).toEqual([]);
    const items = queue.iterate();
    await items.next();
    const next = items.next();
    queue.push("awaited");
    expect(taken).toEqual(["kept", "awaited"]);
    await next;
  });

  test("keeps the remaining items for another loop when a loop is left", async () => {
    const queue = new PullQueue<number>();
    for (const item of [1, 2, 3]) queue.push(item);
    for await (const item of queue.iterate()) {
      expect(item).toBe(1);
      break;
    }
    queue.end();
    const rest: number[] = [];
    for await (const item of queue.iterate()) rest.push(item);
    expect(rest).toEqual([2, 3]);
  });

  test("return() ends a pending next(), and the next item is delivered to another reader", async () => {
    const queue = new PullQueue<number>();
    const left = queue.iterate();
    const pending = left.next();
    expect(await left.return?.()).toEqual(done);
    expect(await pending).toEqual(done);
    queue.push(1);
    expect(await left.next()).toEqual(done);
    expect(await queue.iterate().next()).toEqual(value(1));
  });

  test("rejects a second reader with ERR_IPC_BUSY only while the first reader's next() is pending", async () => {
    const queue = new PullQueue<number>();
    const [first, second] = [queue.iterate(), queue.iterate()];
    const pending = first.next();
    await expect(second.next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    await second.return?.();
    queue.push(1);
    expect(await pending).toEqual(value(1));
    queue.push(2);
    expect(await queue.iterate().next()).toEqual(value(2));
  });

  test("delivers the remaining items after end(), and then ends every reader", async () => {
    const queue = new PullQueue<number>();
    queue.push(1);
    queue.end();
    queue.push(2);
    const items = queue.iterate();
    expect(await items.next()).toEqual(value(1));
    expect(await items.next()).toEqual(done);
    expect(await queue.iterate().next()).toEqual(done);
  });

  test("end(error) rejects the first pending next() with the error, and ends the others", async () => {
    const queue = new PullQueue<number>();
    const items = queue.iterate();
    const pending = Promise.allSettled([items.next(), items.next(), items.next()]);
    const error = new Error("broken");
    queue.end(error);
    queue.end(new Error("again"));
    expect(await pending).toEqual([
      { status: "rejected", reason: error },
      { status: "fulfilled", value: done },
      { status: "fulfilled", value: done },
    ]);
  });

  test("rejects next() with the reason of an abort, delivers later items to the next reader and leaves no listener", async () => {
    const queue = new PullQueue<number>();
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    signal.addEventListener = ((add) => (type: string, listener: () => void, options?: object) => {
      listeners++;
      add.call(signal, type, listener, options);
    })(signal.addEventListener);
    signal.removeEventListener = ((remove) => (type: string, listener: () => void) => {
      listeners--;
      remove.call(signal, type, listener);
    })(signal.removeEventListener);
    const items = queue.iterate({ signal });
    for (const item of [1, 2, 3]) {
      const next = items.next();
      queue.push(item);
      expect(await next).toEqual(value(item));
    }
    expect(listeners).toBe(0);

    const pending = items.next();
    controller.abort("enough");
    queue.push(4);
    await expect(pending).rejects.toBe("enough");
    await expect(items.next()).rejects.toBe("enough");
    expect(await queue.iterate().next()).toEqual(value(4));
  });

  test("delivers an item that was pushed before an abort", async () => {
    const queue = new PullQueue<number>();
    const controller = new AbortController();
    const pending = queue.iterate({ signal: controller.signal }).next();
    queue.push(1);
    controller.abort();
    expect(await pending).toEqual(value(1));
  });

  test("delivers an item that was pushed before an abort, even if next() settles in the next turn of the event loop", async () => {
    const queue = new PullQueue<number>();
    const controller = new AbortController();
    const pending = queue.iterate({ signal: controller.signal }).next();
    while (!isTurnOver());
    queue.push(1);
    controller.abort();
    expect(await pending).toEqual(value(1));
  });

  test("rejects with the queue's error, not the abort reason, if the signal aborts while the rejection is postponed", async () => {
    const queue = new PullQueue<number>();
    const controller = new AbortController();
    const error = new Error("broken");
    queue.end(error);
    while (!isTurnOver());
    const pending = queue.iterate({ signal: controller.signal }).next();
    controller.abort();
    await expect(pending).rejects.toBe(error);
  });

  test("clear() removes and returns all items", async () => {
    const queue = new PullQueue<number>();
    queue.push(1);
    queue.push(2);
    expect(queue.size).toBe(2);
    expect(queue.clear()).toEqual([1, 2]);
    queue.end();
    expect(await queue.iterate().next()).toEqual(done);
  });

  test("extract() removes and returns the matching items, also after end(), and keeps the order of both", async () => {
    const queue = new PullQueue<number>();
    for (const item of [1, 2, 3, 4]) queue.push(item);
    expect(queue.extract((item) => item % 2 === 0)).toEqual([2, 4]);
    queue.end();
    expect(queue.extract((item) => item === 1)).toEqual([1]);
    expect(await queue.iterate().next()).toEqual(value(3));
  });

  test("holds no reference to a taken item while other items wait", async () => {
    const queue = new PullQueue<object>();
    const items = queue.iterate();
    const taken: WeakRef<object>[] = [];
    for (let count = 0; count < 100; count++) {
      queue.push({});
      queue.push({});
      const { value } = await items.next();
      taken.push(new WeakRef<object>(value ?? {}));
    }
    setFlagsFromString("--expose-gc");
    await new Promise((resolve) => setImmediate(resolve));
    runInNewContext("gc")();
    expect(queue.size).toBe(100);
    // The last item is left out, because a stack slot may still reference it.
    expect(taken.slice(0, -1).filter((item) => item.deref()).length).toBe(0);
  });
});
