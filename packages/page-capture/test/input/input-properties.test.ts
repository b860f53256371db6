import type { InputMessage } from "@broadcast-ipc/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CDPCommand } from "../../src/input/cdp-command.ts";
import { HeldInputs } from "../../src/input/held-inputs.ts";
import { InputQueue } from "../../src/input/input-queue.ts";
import { heldName, isRelease } from "../../src/input/merge-inputs.ts";

const viewers = ["", "a", "b"];
const viewer = fc.constantFrom(...viewers);
const share = fc.constantFrom(0, 0.5, 1);
const modifiers = { alt: fc.boolean(), ctrl: fc.boolean(), meta: fc.boolean(), shift: fc.boolean() };

const input: fc.Arbitrary<InputMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("pointer" as const),
    event: fc.constantFrom("move" as const, "down" as const, "up" as const),
    x: share,
    y: share,
    button: fc.constantFrom("none" as const, "left" as const, "right" as const),
    clickCount: fc.constantFrom(0, 1, 2),
    viewer,
    ...modifiers,
  }),
  fc.record({
    kind: fc.constant("key" as const),
    event: fc.constantFrom("down" as const, "up" as const),
    key: fc.constantFrom("w", "Meta", "Shift", "Enter", "Dead"),
    code: fc.constantFrom("", "KeyW", "KeyS"),
    repeat: fc.boolean(),
    viewer,
    ...modifiers,
  }),
  fc.record({
    kind: fc.constant("touch" as const),
    event: fc.constantFrom("start" as const, "move" as const, "end" as const, "cancel" as const),
    points: fc.uniqueArray(fc.record({ id: fc.nat(3), x: share, y: share }), {
      selector: ({ id }) => id,
      maxLength: 4,
    }),
    viewer,
  }),
  fc.record({ kind: fc.constant("composition" as const), text: fc.constantFrom("", "に"), viewer }),
  fc.record({ kind: fc.constant("text" as const), text: fc.constant("x"), viewer }),
  fc.record({
    kind: fc.constant("wheel" as const),
    x: share,
    y: share,
    deltaX: share,
    deltaY: share,
    viewer,
  }),
  fc.record({ kind: fc.constant("release" as const), viewer }),
);

/** A model of what a page holds. Throws if a command presses what is held, or releases what is not held. */
class ModelPage {
  readonly held = new Set<string>();

  perform({ method, params }: CDPCommand): void {
    const { type, key, code, location, autoRepeat, button, touchPoints, text } = params;
    if (method === "Input.dispatchKeyEvent") {
      const name = code ? `code ${code}` : `key ${key} ${location}`;
      if (type === "keyUp") this.#up(name);
      else if (!autoRepeat || !this.held.has(name)) this.#down(name);
    }
    if (type === "mousePressed") this.#down(`button ${button}`);
    if (type === "mouseReleased") this.#up(`button ${button}`);
    for (const { id } of (touchPoints ?? []) as { readonly id: number }[]) {
      if (type === "touchStart") this.#down(`finger ${id}`);
      if (type === "touchMove") expect(this.held).toContain(`finger ${id}`);
      if (type === "touchEnd") this.#up(`finger ${id}`);
    }
    if (type === "touchCancel")
      for (const name of [...this.held]) if (name.startsWith("finger")) this.held.delete(name);
    if (method === "Input.imeSetComposition" && text !== "") this.held.add("composition");
    if (method === "Input.insertText" || (method === "Input.imeSetComposition" && text === ""))
      this.held.delete("composition");
  }

  #down(name: string): void {
    expect(this.held).not.toContain(name);
    this.held.add(name);
  }

  #up(name: string): void {
    expect(this.held).toContain(name);
    this.held.delete(name);
  }
}

const page = { width: 800, height: 600 };

describe("HeldInputs", () => {
  test("releases each press once, and holds nothing when all viewers have left", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (messages) => {
        const held = new HeldInputs();
        const model = new ModelPage();
        for (const message of messages) {
          for (const command of held.commands(message, page)) model.perform(command);
          expect(held.viewers.size > 0).toBe(model.held.size > 0);
        }
        for (const each of viewers) for (const command of held.release(each)) model.perform(command);
        expect([...model.held]).toEqual([]);
        expect([...held.viewers]).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("InputQueue", () => {
  const step = fc.record({ message: input, pause: fc.constantFrom(0, 0, 10, 900, 20_000), takes: fc.nat(3) });

  test("never drops the release of something held, however many inputs it drops", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.nat(700), (steps, flood) => {
        const queue = new InputQueue();
        const held = new HeldInputs();
        const model = new ModelPage();
        /** What each viewer has pressed and not released. */
        const told = new Map(viewers.map((each) => [each, new Set<string>()]));
        let now = 0;
        const take = () => {
          const message = queue.take(now, { passing: true });
          for (const command of message ? held.commands(message, page) : []) model.perform(command);
          return message;
        };
        for (const { message, pause, takes } of steps) {
          queue.push(message, now);
          const name = heldName(message);
          if (message.kind === "release") told.get(message.viewer ?? "")?.clear();
          if (name && isRelease(message)) told.get(message.viewer ?? "")?.delete(name);
          else if (name) told.get(message.viewer ?? "")?.add(name);
          now += pause;
          for (let i = 0; i < takes; i++) take();
        }
        for (let i = 0; i < flood; i++) queue.push({ kind: "text", text: String(i), viewer: "a" }, now);
        while (take());
        const mayBeHeld = [...told.values()].flatMap((names) => [...names]);
        const names = [...model.held].filter((name) => /^(key|code|button)/.test(name));
        for (const name of names) expect(mayBeHeld).toContain(name);
        for (const each of viewers) queue.release(each, now);
        while (take());
        expect([...model.held]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
