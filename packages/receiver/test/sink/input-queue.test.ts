import type { ViewerInput } from "@broadcast-ipc/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InputQueue } from "../../src/sink/input-queue.ts";
import { key, move, press, wheel } from "../fixtures/inputs.ts";

function takeAll(queue: InputQueue): ViewerInput[] {
  const taken: ViewerInput[] = [];
  for (let input = queue.take(); input; input = queue.take()) taken.push(input);
  return taken;
}

function queueOf(...inputs: ViewerInput[]): InputQueue {
  const queue = new InputQueue();
  for (const input of inputs) queue.push(input);
  return queue;
}

test("keeps only the last of moves that follow each other", () => {
  expect(takeAll(queueOf(move(0.1), move(0.2), key("down", "a"), move(0.3), move(0.4)))).toEqual([
    move(0.2),
    key("down", "a"),
    move(0.4),
  ]);
});

test("adds up wheel turns with the same unit and modifiers, at the last position", () => {
  const line = { ...wheel(1), deltaMode: "line" } as const;
  expect(takeAll(queueOf(wheel(10), { ...wheel(20), x: 0.9 }, line, line, { ...line, ctrl: true }))).toEqual([
    { ...wheel(30), x: 0.9 },
    { ...line, deltaY: 2 },
    { ...line, ctrl: true },
  ]);
  expect(takeAll(queueOf(wheel(90_000), wheel(90_000)))).toEqual([wheel(100_000)]);
});

test("merges touch moves of the same fingers, compositions, and repeats of one key", () => {
  const touch = (event: "start" | "move", ids: number[], x: number) =>
    ({ kind: "touch", event, points: ids.map((id) => ({ id, x, y: 0 })) }) as const;
  const repeat = { ...key("down", "a"), repeat: true };
  expect(
    takeAll(
      queueOf(
        touch("start", [1], 0),
        touch("move", [1], 0.1),
        touch("move", [1], 0.2),
        touch("move", [1, 2], 0.3),
        { kind: "composition", text: "n" },
        { kind: "composition", text: "ni" },
        key("down", "a"),
        repeat,
        repeat,
        { ...repeat, key: "b" },
      ),
    ),
  ).toEqual([
    touch("start", [1], 0),
    touch("move", [1], 0.2),
    touch("move", [1, 2], 0.3),
    { kind: "composition", text: "ni" },
    key("down", "a"),
    repeat,
    { ...repeat, key: "b" },
  ]);
});

test("drops the oldest of more than 256 inputs, and releases everything if one of them was a release", () => {
  const clicks = Array.from({ length: 300 }, (_, index) => key("down", `k${index}`));
  const queue = queueOf(...clicks);
  expect(queue.dropped).toBe(44);
  expect(takeAll(queue)).toEqual(clicks.slice(44));
  const released = queueOf(key("up", "Control"), ...clicks);
  expect(released.peek()).toEqual({ kind: "release" });
  expect(takeAll(released)).toEqual([{ kind: "release" }, ...clicks.slice(44)]);
});

test("drops the oldest pastes over a million characters in total, and keeps one paste of maximum length", () => {
  const paste = (length: number) => ({ kind: "paste", text: "x".repeat(length) }) as const;
  const queue = queueOf(paste(600_000), paste(600_000), paste(1_000_000));
  expect(queue.dropped).toBe(2);
  expect(takeAll(queue)).toEqual([paste(1_000_000)]);
  queue.push(paste(600_000));
  queue.push(paste(300_000));
  expect(takeAll(queue)).toHaveLength(2);
});

test("release() replaces all waiting inputs", () => {
  const queue = queueOf(key("down", "a"), move(0.1));
  queue.release();
  queue.push(key("down", "b"));
  expect(takeAll(queue)).toEqual([{ kind: "release" }, key("down", "b")]);
  expect(queue.isEmpty).toBe(true);
});

/** Returns the keys and buttons that are held after these inputs. */
function heldAfter(inputs: readonly ViewerInput[]): Set<string> {
  const held = new Set<string>();
  for (const input of inputs) {
    if (input.kind === "release") held.clear();
    else if (input.kind === "key" || input.kind === "pointer") {
      const name = input.kind === "key" ? input.key : input.button;
      if (input.event === "down") held.add(name);
      else if (input.event === "up") held.delete(name);
    }
  }
  return held;
}

test("leaves nothing held that the viewer has released, however much is dropped", () => {
  const anyInput = fc.oneof(
    fc
      .tuple(fc.constantFrom("down", "up"), fc.constantFrom("a", "b", "c"))
      .map(([event, name]) => key(event, name)),
    fc.constantFrom("down", "up").map((event) => press(event)),
    fc.constant(move(0.5)),
    fc.constant(wheel(1)),
    fc.constant<ViewerInput>({ kind: "release" }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyInput, fc.nat(9)), { minLength: 200, maxLength: 900, size: "max" }),
      (steps) => {
        const queue = new InputQueue();
        const taken: ViewerInput[] = [];
        for (const [input, chance] of steps) {
          queue.push(input);
          const next = chance === 0 ? queue.take() : undefined;
          if (next) taken.push(next);
        }
        expect(queue.length).toBeLessThanOrEqual(256);
        taken.push(...takeAll(queue));
        const held = heldAfter(steps.map(([input]) => input));
        for (const name of heldAfter(taken)) expect(held.has(name)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});
