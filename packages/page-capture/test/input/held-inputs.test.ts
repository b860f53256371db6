import type { InputMessage, KeyInput, PointerInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import type { CDPCommand } from "../../src/input/cdp-command.ts";
import { HeldInputs } from "../../src/input/held-inputs.ts";

const page = { width: 800, height: 600 };

/** Returns what the commands do, in short: "keyDown w", "mousePressed left", "touchEnd 0". */
function brief(commands: readonly CDPCommand[]): string[] {
  return commands.map(({ method, params: { type, key, button, touchPoints } }) => {
    const ids = (touchPoints as { readonly id: number }[] | undefined)?.map(({ id }) => id).join();
    return [type ?? method, key ?? button ?? ids]
      .filter((word) => word !== undefined && word !== "")
      .join(" ");
  });
}

function key(event: "down" | "up", name: string, code: string, more: Partial<KeyInput> = {}): KeyInput {
  return { kind: "key", event, key: name, code, ...more };
}

function pointer(
  event: PointerInput["event"],
  button: PointerInput["button"],
  x = 0.5,
  y = 0.5,
): PointerInput {
  return { kind: "pointer", event, x, y, button, clickCount: event === "move" ? 0 : 1 };
}

class Page {
  readonly held = new HeldInputs();

  by(viewer: string, message: InputMessage): string[] {
    return brief(this.held.commands({ ...message, viewer }, page));
  }
}

describe("HeldInputs", () => {
  test("releases a key in the page when the last viewer that holds it releases it", () => {
    const { held, by } = bound();
    expect(by("a", key("down", "w", "KeyW"))).toEqual(["keyDown w"]);
    expect(by("b", key("down", "w", "KeyW"))).toEqual(["keyDown w"]);
    expect(by("a", key("up", "w", "KeyW"))).toEqual([]);
    expect(by("a", key("up", "w", "KeyW"))).toEqual([]);
    expect(by("b", key("up", "w", "KeyW"))).toEqual(["keyUp w"]);
    expect([...held.viewers]).toEqual([]);
  });

  test("presses a key that another viewer holds as a repetition", () => {
    const { held } = bound();
    const down = key("down", "w", "KeyW");
    expect(held.commands({ ...down, viewer: "a" }, page)[0]?.params).toMatchObject({ autoRepeat: false });
    expect(held.commands({ ...down, viewer: "b" }, page)[0]?.params).toMatchObject({ autoRepeat: true });
  });

  test("releases a key before it is pressed again without a release", () => {
    const { by } = bound();
    by("a", key("down", "c", "KeyC", { meta: true }));
    expect(by("a", key("down", "c", "KeyC", { meta: true }))).toEqual(["keyUp c", "rawKeyDown c"]);
  });

  test("keeps a key that repeats pressed", () => {
    const { by } = bound();
    by("a", key("down", "w", "KeyW"));
    expect(by("a", key("down", "w", "KeyW", { repeat: true }))).toEqual(["keyDown w"]);
    expect(by("a", key("up", "w", "KeyW"))).toEqual(["keyUp w"]);
  });

  test("identifies a key by its code, because its character changes with Shift", () => {
    const { by } = bound();
    by("a", key("down", "Shift", "ShiftLeft", { shift: true }));
    by("a", key("down", "W", "KeyW", { shift: true }));
    by("a", key("up", "Shift", "ShiftLeft"));
    expect(by("a", key("up", "w", "KeyW"))).toEqual(["keyUp w"]);
    expect(by("a", { kind: "release" })).toEqual([]);
  });

  test("releases the keys that were held with Meta when Meta goes up", () => {
    const { by } = bound();
    by("a", key("down", "w", "KeyW"));
    by("a", key("down", "Meta", "MetaLeft", { meta: true }));
    by("a", key("down", "c", "KeyC", { meta: true }));
    expect(by("a", key("up", "Meta", "MetaLeft"))).toEqual(["keyUp w", "keyUp c", "keyUp Meta"]);
  });

  test("releases modifier keys that a later input reports as not held", () => {
    const { by } = bound();
    by("a", key("down", "Alt", "AltLeft", { alt: true }));
    expect(by("a", pointer("move", "none"))).toEqual(["keyUp Alt", "mouseMoved none"]);
    by("a", key("down", "Meta", "MetaLeft", { meta: true }));
    by("a", key("down", "Tab", "Tab", { meta: true }));
    expect(by("a", key("down", "x", "KeyX"))).toEqual(["keyUp Meta", "keyUp Tab", "keyDown x"]);
  });

  test("keeps the modifiers of each viewer apart", () => {
    const { held } = bound();
    held.commands({ ...key("down", "Control", "ControlLeft", { ctrl: true }), viewer: "a" }, page);
    const [command] = held.commands({ ...key("down", "b", "KeyB"), viewer: "b" }, page);
    expect(command?.params).toMatchObject({ type: "keyDown", text: "b", modifiers: 0 });
  });

  test("releases all that a viewer holds, and nothing that another viewer holds", () => {
    const { held, by } = bound();
    by("a", key("down", "Control", "ControlLeft", { ctrl: true }));
    by("a", key("down", "w", "KeyW", { ctrl: true }));
    by("a", { ...pointer("down", "left"), ctrl: true });
    by("a", { kind: "touch", event: "start", points: [{ id: 7, x: 0, y: 0 }], ctrl: true });
    by("b", { kind: "touch", event: "start", points: [{ id: 7, x: 1, y: 0 }] });
    by("b", key("down", "w", "KeyW"));
    by("b", key("down", "d", "KeyD"));
    expect(brief(held.release("a"))).toEqual(["mouseReleased left", "touchEnd 0", "keyUp Control"]);
    expect([...held.viewers]).toEqual(["b"]);
    expect(brief(held.release("b"))).toEqual(["touchCancel", "keyUp w", "keyUp d"]);
    expect([...held.viewers]).toEqual([]);
  });

  test("reports the modifiers that are still held with each release", () => {
    const { held, by } = bound();
    by("a", key("down", "Control", "ControlLeft", { ctrl: true }));
    by("a", key("down", "Shift", "ShiftLeft", { ctrl: true, shift: true }));
    by("a", key("down", "W", "KeyW", { ctrl: true, shift: true }));
    const modifiers = held.release("a").map(({ params }) => [params.key, params.modifiers]);
    expect(modifiers).toEqual([
      ["W", 10],
      ["Control", 8],
      ["Shift", 0],
    ]);
  });

  test("cancels the composition of a viewer that leaves", () => {
    const { held, by } = bound();
    by("a", { kind: "composition", text: "にほ" });
    expect(held.release("b")).toEqual([]);
    expect(held.release("a")).toEqual([
      { method: "Input.imeSetComposition", params: { text: "", selectionStart: 0, selectionEnd: 0 } },
    ]);
    by("a", { kind: "composition", text: "にほ" });
    by("a", { kind: "text", text: "日本" });
    expect(held.release("a")).toEqual([]);
  });

  test("carries the buttons that are held with each mouse event", () => {
    const { held } = bound();
    const commands = [
      pointer("move", "none"),
      pointer("down", "left"),
      pointer("move", "none", 0.25),
      pointer("down", "right", 0.25),
      pointer("up", "left", 0.25),
      pointer("up", "right", 0.25),
      pointer("move", "none", 1, 1),
    ].flatMap((message) => held.commands(message, page));
    expect(
      commands.map(({ params: { type, x, y, button, buttons } }) => [type, x, y, button, buttons]),
    ).toEqual([
      ["mouseMoved", 400, 300, "none", 0],
      ["mousePressed", 400, 300, "left", 1],
      ["mouseMoved", 200, 300, "left", 1],
      ["mousePressed", 200, 300, "right", 3],
      ["mouseReleased", 200, 300, "left", 2],
      ["mouseReleased", 200, 300, "right", 0],
      ["mouseMoved", 799, 599, "none", 0],
    ]);
  });

  test("ignores moves of other viewers while a viewer holds a button", () => {
    const { by } = bound();
    by("a", pointer("down", "left"));
    expect(by("b", pointer("move", "none", 0.1))).toEqual([]);
    expect(by("b", pointer("up", "left", 0.1))).toEqual([]);
    by("a", pointer("up", "left"));
    expect(by("b", pointer("move", "none", 0.1))).toEqual(["mouseMoved none"]);
  });

  test("gives the mouse to the viewer that presses a button last", () => {
    const { held, by } = bound();
    by("a", pointer("down", "left"));
    const commands = held.commands({ ...pointer("down", "left", 0.25), viewer: "b" }, page);
    expect(commands.map(({ params: { type, x, clickCount } }) => [type, x, clickCount])).toEqual([
      ["mouseReleased", 400, 1],
      ["mouseMoved", 200, undefined],
      ["mousePressed", 200, 1],
    ]);
    expect(by("a", pointer("up", "left"))).toEqual([]);
    expect(by("b", pointer("up", "left", 0.25))).toEqual(["mouseReleased left"]);
  });

  test("releases a button outside of the page when its viewer leaves", () => {
    const { held, by } = bound();
    by("a", pointer("down", "left"));
    expect(held.release("a").map(({ params }) => [params.type, params.x])).toEqual([["mouseReleased", -1]]);
  });

  test("converts wheel distances in lines and pages to pixels", () => {
    const { held } = bound();
    const wheel = { kind: "wheel", x: 0, y: 0, deltaX: 1, deltaY: 3 } as const;
    const modes = [undefined, "pixel", "line", "page"] as const;
    const deltas = modes.map((deltaMode) => {
      const [command] = held.commands(deltaMode ? { ...wheel, deltaMode } : wheel, page);
      return [command?.params.deltaX, command?.params.deltaY];
    });
    expect(deltas).toEqual([
      [1, 3],
      [1, 3],
      [100 / 3, 100],
      [800, 1800],
    ]);
  });

  test("divides positions by the scale of a page that is zoomed by a pinch", () => {
    const zoomed = { width: 800, height: 600, scale: 4 };
    const [move] = new HeldInputs().commands(pointer("move", "none"), zoomed);
    expect(move?.params).toMatchObject({ x: 100, y: 75 });
  });

  test("puts down, moves and lifts the fingers that changed", () => {
    const { by } = bound();
    const [one, two, moved] = [
      { id: 40, x: 0, y: 0 },
      { id: 41, x: 1, y: 0 },
      { id: 41, x: 1, y: 1 },
    ] as const;
    expect(by("a", { kind: "touch", event: "start", points: [one] })).toEqual(["touchStart 0"]);
    expect(by("a", { kind: "touch", event: "start", points: [one, two] })).toEqual(["touchStart 1"]);
    expect(by("a", { kind: "touch", event: "move", points: [one, moved] })).toEqual(["touchMove 1"]);
    expect(by("a", { kind: "touch", event: "end", points: [moved] })).toEqual(["touchEnd 0"]);
    expect(by("a", { kind: "touch", event: "cancel", points: [] })).toEqual(["touchCancel"]);
    expect(by("a", { kind: "touch", event: "move", points: [moved] })).toEqual([]);
  });

  test("puts at most 16 fingers on the page", () => {
    const { by } = bound();
    const points = Array.from({ length: 16 }, (_, id) => ({ id, x: 0, y: 0 }));
    expect(by("a", { kind: "touch", event: "start", points })).toHaveLength(1);
    expect(by("b", { kind: "touch", event: "start", points })).toEqual([]);
  });
});

function bound() {
  const state = new Page();
  return { held: state.held, by: state.by.bind(state) };
}
