import type { InputMessage } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { InputQueue } from "../../src/input/input-queue.ts";

const all = { passing: true };

function move(viewer: string, x: number): InputMessage {
  return { kind: "pointer", event: "move", x, y: 0, button: "none", clickCount: 0, viewer };
}

function key(
  viewer: string,
  event: "down" | "up",
  name: string,
  more: { readonly repeat?: boolean } = {},
): InputMessage {
  return { kind: "key", event, key: name, code: `Key${name}`, viewer, ...more };
}

function wheel(viewer: string, x: number, deltaY: number): InputMessage {
  return { kind: "wheel", x, y: 0, deltaX: 0, deltaY, viewer };
}

function takeAll(queue: InputQueue, now = 0): InputMessage[] {
  const messages: InputMessage[] = [];
  for (let next = queue.take(now, all); next; next = queue.take(now, all)) messages.push(next);
  return messages;
}

describe("InputQueue", () => {
  test("merges consecutive moves, turns of the wheel and repeated keys", () => {
    const queue = new InputQueue();
    const pinch = (x: number): InputMessage => ({
      kind: "touch",
      event: "move",
      points: [{ id: 1, x, y: 0 }],
      viewer: "a",
    });
    for (const message of [
      move("a", 0.1),
      move("a", 0.2),
      wheel("a", 0.2, 100),
      wheel("a", 0.2, 20),
      wheel("a", 0.3, 1),
      pinch(0.1),
      pinch(0.2),
      key("a", "down", "w"),
      key("a", "down", "w", { repeat: true }),
      key("a", "down", "w", { repeat: true }),
      key("a", "down", "s", { repeat: true }),
    ])
      queue.push(message, 0);
    expect(takeAll(queue)).toEqual([
      move("a", 0.2),
      wheel("a", 0.2, 120),
      wheel("a", 0.3, 1),
      pinch(0.2),
      key("a", "down", "w"),
      key("a", "down", "w", { repeat: true }),
      key("a", "down", "s", { repeat: true }),
    ]);
  });

  test("does not merge wheel turns with different modifiers, nor moves of different viewers", () => {
    const queue = new InputQueue();
    const messages = [
      wheel("a", 0, 1),
      { ...wheel("a", 0, 1), ctrl: true },
      move("b", 0.1),
    ] as InputMessage[];
    for (const message of messages) queue.push(message, 0);
    expect(takeAll(queue)).toHaveLength(3);
  });

  test("lets viewers take turns", () => {
    const queue = new InputQueue();
    for (const name of ["1", "2", "3"]) queue.push(key("a", "down", name), 0);
    queue.push(key("b", "down", "k"), 0);
    expect(takeAll(queue).map(({ viewer }) => viewer)).toEqual(["a", "b", "a", "a"]);
  });

  test("returns keys but no moves while a move is under way", () => {
    const queue = new InputQueue();
    for (const viewer of ["a", "b", "c"]) queue.push(move(viewer, 0.5), 0);
    queue.push(key("c", "down", "k"), 0);
    expect(queue.take(0, { passing: false })).toEqual(move("c", 0.5));
    expect(queue.take(0, { passing: false })).toEqual(key("c", "down", "k"));
    expect(queue.take(0, { passing: false })).toBeUndefined();
    expect(takeAll(queue)).toHaveLength(2);
  });

  test("keeps only the last of 60,000 moves of a viewer", () => {
    const queue = new InputQueue();
    for (let i = 0; i < 60_000; i++) queue.push(move("a", i / 60_000), i / 6);
    expect(takeAll(queue, 10_000)).toEqual([move("a", 59_999 / 60_000)]);
    expect(queue.dropped).toBe(0);
  });

  test("leaves out the oldest press together with its release when too many wait", () => {
    const queue = new InputQueue();
    for (let i = 0; i < 1_000; i++)
      for (const event of ["down", "up"] as const) queue.push(key("a", event, String(i)), 0);
    const waiting = takeAll(queue);
    expect(waiting).toHaveLength(482);
    expect(waiting[0]).toEqual(key("a", "down", "759"));
    expect(waiting.at(-1)).toEqual(key("a", "up", "999"));
    expect(queue.dropped).toBe(1_518);
  });

  test("keeps a release whose press is no longer in the queue", () => {
    const queue = new InputQueue();
    queue.push(key("a", "up", "w"), 0);
    for (let i = 0; i < 2_000; i++) queue.push(key("a", "down", String(i)), 0);
    expect(takeAll(queue)[0]).toEqual(key("a", "up", "w"));
  });

  test("replaces more releases than fit by one release of everything", () => {
    const queue = new InputQueue();
    for (let i = 0; i < 513; i++) queue.push(key("a", "up", String(i)), 0);
    expect(takeAll(queue)).toEqual([{ kind: "release", viewer: "a" }]);
  });

  test("bounds the size of texts that wait", () => {
    const queue = new InputQueue();
    const text = "x".repeat(1_000_000);
    for (let i = 0; i < 20; i++) queue.push({ kind: "paste", text, viewer: "a" }, 0);
    expect(takeAll(queue)).toHaveLength(2);
    for (let i = 0; i < 100; i++) queue.push({ kind: "paste", text, viewer: String(i) }, 0);
    expect(takeAll(queue)).toHaveLength(16);
  });

  test("leaves out moves after a second, presses and texts after ten, and no release", () => {
    const queue = new InputQueue();
    const click = (event: "down" | "up"): InputMessage => ({
      kind: "pointer",
      event,
      x: 0,
      y: 0,
      button: "left",
      clickCount: 1,
      viewer: "a",
    });
    queue.push(key("a", "up", "w"), 0);
    queue.push(click("down"), 0);
    queue.push(click("up"), 0);
    queue.push({ kind: "text", text: "old", viewer: "a" }, 0);
    queue.push(wheel("a", 0, 100), 9_000);
    queue.push(key("a", "down", "k"), 9_000);
    queue.push(move("a", 0.5), 9_000);
    expect(takeAll(queue, 10_001)).toEqual([key("a", "up", "w"), key("a", "down", "k"), move("a", 0.5)]);
  });

  test("drops all wheel turns older than a second that a viewer made while the page hung", () => {
    const queue = new InputQueue();
    for (let at = 0; at < 5_000; at += 10) queue.push(wheel("a", 0, 1), at);
    const waiting = takeAll(queue, 5_000) as { readonly deltaY: number }[];
    expect(waiting.reduce((sum, { deltaY }) => sum + deltaY, 0)).toBe(100);
  });

  test("replaces the waiting inputs of a viewer that leaves by a release", () => {
    const queue = new InputQueue();
    for (const name of ["1", "2"]) queue.push(key("a", "down", name), 0);
    queue.push(key("b", "down", "k"), 0);
    queue.release("a", 0);
    expect(takeAll(queue)).toEqual([{ kind: "release", viewer: "a" }, key("b", "down", "k")]);
  });

  test("returns a waiting release for each of 5,000 viewers", () => {
    const queue = new InputQueue();
    for (let i = 0; i < 5_000; i++) queue.push(key(String(i), "up", "w"), 0);
    expect(takeAll(queue)).toHaveLength(5_000);
  });
});
