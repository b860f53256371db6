import type { KeyInput, PointerInput } from "@broadcast-ipc/protocol";

export function move(x: number): PointerInput {
  return { kind: "pointer", event: "move", x, y: 0.5, button: "none", clickCount: 0 };
}

export function press(event: "down" | "up"): PointerInput {
  return { kind: "pointer", event, x: 0.5, y: 0.5, button: "left", clickCount: 1 };
}

export function key(event: "down" | "up", name: string): KeyInput {
  return { kind: "key", event, key: name, code: name };
}
