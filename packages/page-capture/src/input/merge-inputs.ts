import type { InputMessage, InputModifiers, KeyInput } from "@broadcast-ipc/protocol";

/**
 * Returns an input with the effect of two consecutive inputs of one viewer, or `undefined` if both are needed. The newer
 * of two moves counts, wheel distances add up, and a key that repeats is not repeated faster than the page reacts.
 */
export function mergeInputs(older: InputMessage, newer: InputMessage): InputMessage | undefined {
  if (older.kind === "pointer" && newer.kind === "pointer")
    return older.event === "move" && newer.event === "move" ? newer : undefined;
  if (older.kind === "touch" && newer.kind === "touch")
    return older.event === "move" && newer.event === "move" && haveSameFingers(older, newer)
      ? newer
      : undefined;
  if (older.kind === "wheel" && newer.kind === "wheel") {
    if (!isSameWheel(older, newer)) return undefined;
    return { ...newer, deltaX: older.deltaX + newer.deltaX, deltaY: older.deltaY + newer.deltaY };
  }
  if (older.kind === "key" && newer.kind === "key")
    return isRepeat(older) && isRepeat(newer) && older.code === newer.code && older.key === newer.key
      ? newer
      : undefined;
  if (older.kind === "composition" && newer.kind === "composition") return newer;
  if (older.kind === "release" && newer.kind === "release") return newer;
  return undefined;
}

/**
 * Whether an input is a move, a turn of the wheel or a repeated key. Such inputs can be left out when they are old,
 * because a later one makes up for them.
 */
export function isPassing(message: InputMessage): boolean {
  if (message.kind === "pointer" || message.kind === "touch") return message.event === "move";
  return message.kind === "wheel" || (message.kind === "key" && isRepeat(message));
}

/** Whether an input releases a key, a button or a finger. Such inputs are never dropped. */
export function isRelease(message: InputMessage): boolean {
  if (message.kind === "pointer" || message.kind === "key") return message.event === "up";
  if (message.kind === "touch") return message.event === "end" || message.event === "cancel";
  return message.kind === "release";
}

/** Returns a name for the key or button that an input presses or releases, or `undefined` for other inputs. */
export function heldName(message: InputMessage): string | undefined {
  if (message.kind === "pointer") return message.event === "move" ? undefined : `button ${message.button}`;
  return message.kind === "key" ? keyName(message) : undefined;
}

/** Returns a name for a key. The `key` may change while the key is held, for example with Shift, but `code` does not. */
export function keyName({ key, code, location = 0 }: KeyInput): string {
  return code ? `code ${code}` : `key ${key} ${location}`;
}

function isRepeat({ event, repeat }: { readonly event: string; readonly repeat?: boolean }): boolean {
  return event === "down" && repeat === true;
}

type Wheel = Extract<InputMessage, { kind: "wheel" }>;

function isSameWheel(one: Wheel, other: Wheel): boolean {
  const isSamePlace = one.x === other.x && one.y === other.y;
  return isSamePlace && one.deltaMode === other.deltaMode && haveSameModifiers(one, other);
}

function haveSameModifiers(one: InputModifiers, other: InputModifiers): boolean {
  return (["alt", "ctrl", "meta", "shift"] as const).every((name) => !one[name] === !other[name]);
}

type Touch = Extract<InputMessage, { kind: "touch" }>;

function haveSameFingers({ points }: Touch, other: Touch): boolean {
  const ids = new Set(other.points.map(({ id }) => id));
  return points.length === ids.size && points.every(({ id }) => ids.has(id));
}
