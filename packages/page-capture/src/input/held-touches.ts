import type { TouchInput } from "@broadcast-ipc/protocol";
import type { CDPCommand } from "./cdp-command.ts";
import { modifierBits } from "./modifier-keys.ts";
import type { PagePosition } from "./page-position.ts";

interface Finger extends PagePosition {
  /** Identifies the finger in the page. */
  readonly id: number;
}

/** Maximum number of fingers on the page: Chromium's `WebTouchEvent::kTouchesLengthCap`. */
const maxFingers = 16;

/**
 * Keeps which viewer touches the page with which fingers. The fingers of all viewers are on one screen. Pure: the methods
 * return the commands to send.
 */
export class HeldTouches {
  readonly #byViewer = new Map<string, Map<number, Finger>>();

  /** The viewers that touch the page. */
  get viewers(): Iterable<string> {
    return this.#byViewer.keys();
  }

  /** Puts fingers on the page, moves them and lifts them, as the input says. */
  touch(viewer: string, input: TouchInput, positions: readonly PagePosition[]): readonly CDPCommand[] {
    if (input.event === "cancel") return this.release(viewer);
    const modifiers = modifierBits(input);
    const fingers = this.#byViewer.get(viewer) ?? new Map<number, Finger>();
    const told = new Map(input.points.map(({ id }, index) => [id, positions[index] as PagePosition]));
    const lifted = [...fingers].filter(([id]) => !told.has(id));
    for (const [id] of lifted) fingers.delete(id);
    const moved: Finger[] = [];
    const placed: Finger[] = [];
    for (const [id, { x, y }] of told) {
      const before = fingers.get(id);
      const pageId = before?.id ?? (input.event === "start" ? this.#freeId(placed) : undefined);
      if (pageId === undefined || (before?.x === x && before.y === y)) continue;
      const finger = { id: pageId, x, y };
      fingers.set(id, finger);
      (before ? moved : placed).push(finger);
    }
    if (fingers.size > 0) this.#byViewer.set(viewer, fingers);
    else this.#byViewer.delete(viewer);
    const ended = lifted.map(([, finger]) => finger);
    const commands: CDPCommand[] = [];
    if (ended.length > 0) commands.push(touchEvent("touchEnd", ended, modifiers));
    if (moved.length > 0) commands.push(touchEvent("touchMove", moved, modifiers));
    if (placed.length > 0) commands.push(touchEvent("touchStart", placed, modifiers));
    return commands;
  }

  /** Takes the fingers of a viewer off the page. Makes no tap, unless another viewer touches the page too. */
  release(viewer: string): readonly CDPCommand[] {
    const fingers = this.#byViewer.get(viewer);
    if (!fingers) return [];
    this.#byViewer.delete(viewer);
    // A touchCancel takes all fingers off the page.
    if (this.#byViewer.size === 0) return [touchEvent("touchCancel", [], 0)];
    return [touchEvent("touchEnd", [...fingers.values()], 0)];
  }

  /** Returns an identifier that no finger on the page has, or `undefined` if there are too many fingers. */
  #freeId(placed: readonly Finger[]): number | undefined {
    const used = new Set(placed.map(({ id }) => id));
    for (const fingers of this.#byViewer.values()) for (const { id } of fingers.values()) used.add(id);
    for (let id = 0; id < maxFingers; id++) if (!used.has(id)) return id;
    return undefined;
  }
}

function touchEvent(type: string, touchPoints: readonly Finger[], modifiers: number): CDPCommand {
  return { method: "Input.dispatchTouchEvent", params: { type, touchPoints, modifiers } };
}
