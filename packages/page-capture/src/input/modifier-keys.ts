import type { InputModifiers } from "@broadcast-ipc/protocol";

/** Name of a modifier key in inputs. */
export type Modifier = keyof InputModifiers;

/** Values of the protocol's `modifiers` field. */
const bits = { alt: 1, ctrl: 2, meta: 4, shift: 8 } as const;

const byKey = new Map<string, Modifier>([
  ["Alt", "alt"],
  ["Control", "ctrl"],
  ["Meta", "meta"],
  ["OS", "meta"],
  ["Shift", "shift"],
]);

/** Returns the modifier for the `key` of a KeyboardEvent, or `undefined` for other keys. */
export function modifierOf(key: string): Modifier | undefined {
  return byKey.get(key);
}

/** Converts the modifiers of an input to the `modifiers` field of the `Input` domain. */
export function modifierBits(held: InputModifiers): number {
  let sum = 0;
  for (const [name, bit] of Object.entries(bits)) if (held[name as Modifier]) sum += bit;
  return sum;
}
