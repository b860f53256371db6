import type { PointerInput, TouchInput, ViewerInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { InputQueue } from "../../../src/element/input/input-queue.ts";

const move = (x: number): PointerInput => ({
  kind: "pointer",
  event: "move",
  x,
  y: 0,
  button: "none",
  clickCount: 0,
});
const touchMove: TouchInput = { kind: "touch", event: "move", points: [] };
const release: ViewerInput = { kind: "release" };

function makeQueue() {
  const sent: ViewerInput[] = [];
  const frames: (() => void)[] = [];
  const queue = new InputQueue(
    (input) => sent.push(input),
    (callback) => frames.push(callback),
  );
  return { queue, sent, frames };
}

describe("InputQueue", () => {
  test("sends the last of several moves at the next display frame", () => {
    const { queue, sent, frames } = makeQueue();
    for (const x of [0.1, 0.2, 0.3]) queue.move(move(x));
    expect(sent).toEqual([]);
    expect(frames).toHaveLength(1);
    frames.shift()?.();
    expect(sent).toEqual([move(0.3)]);
    queue.move(move(0.4));
    expect(frames).toHaveLength(1);
  });

  test("sends a waiting move before any other input, and not again", () => {
    const { queue, sent, frames } = makeQueue();
    queue.move(move(0.1));
    queue.send(release);
    expect(sent).toEqual([move(0.1), release]);
    frames.shift()?.();
    expect(sent).toHaveLength(2);
  });

  test("does not let a move of a finger replace a move of the mouse", () => {
    const { queue, sent } = makeQueue();
    queue.move(move(0.1));
    queue.move(touchMove);
    queue.send(release);
    expect(sent).toEqual([move(0.1), touchMove, release]);
  });
});
