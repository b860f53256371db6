import type { InputModifiers, PointerInput, WheelInput } from "@broadcast-ipc/protocol";
import type { CDPCommand } from "./cdp-command.ts";
import { modifierBits } from "./modifier-keys.ts";
import type { PagePosition, VisibleSize } from "./page-position.ts";

type Button = Exclude<PointerInput["button"], "none">;

const buttonBits: Readonly<Record<Button, number>> = { left: 1, right: 2, middle: 4, back: 8, forward: 16 };

/** Distance in CSS pixels that the mouse may move during a click. */
const clickDistance = 5;

/** The position of a release that is not the viewer's own, so that the pressed element is not clicked. */
const outside: PagePosition = { x: -1, y: -1 };

/** Height of a line in CSS pixels: Chromium's `kScrollbarPixelsPerLine`, which makes 3 lines one notch of a wheel. */
const pixelsPerLine = 100 / 3;

/**
 * Keeps which viewer holds which mouse buttons. The page has one mouse. It belongs to the viewer that pressed a button
 * last, until that viewer has released all buttons. Until then, moves of other viewers are ignored, and a press of another
 * viewer takes the mouse over. Pure: the methods return the commands to send.
 */
export class HeldMouse {
  readonly #buttons = new Set<Button>();
  #owner: string | undefined;
  #position = outside;
  #pressPosition: PagePosition = outside;

  /** The viewer that holds a button. */
  get owner(): string | undefined {
    return this.#owner;
  }

  /** Moves the mouse, or presses or releases a button. */
  point(viewer: string, input: PointerInput, position: PagePosition): readonly CDPCommand[] {
    const { event, button } = input;
    if (event === "move" || button === "none") return this.#moveTo(viewer, input, position, true);
    if (event === "up") return this.#up(viewer, button, input, position);
    const commands = [...this.#takeOver(viewer), ...this.#moveTo(viewer, input, position)];
    if (this.#buttons.has(button)) commands.push(this.#release(button, 1, input));
    this.#owner = viewer;
    this.#buttons.add(button);
    this.#pressPosition = position;
    commands.push(this.#event("mousePressed", input, { button, clickCount: input.clickCount || 1 }));
    return commands;
  }

  /** Turns the wheel over a position. */
  wheel(viewer: string, input: WheelInput, { x, y }: PagePosition, page: VisibleSize): CDPCommand {
    const { deltaMode = "pixel" } = input;
    const [unitX, unitY] = {
      pixel: [1, 1],
      line: [pixelsPerLine, pixelsPerLine],
      page: [page.width, page.height],
    }[deltaMode] as [number, number];
    const deltaX = input.deltaX * unitX;
    const deltaY = input.deltaY * unitY;
    const buttons = viewer === this.#owner ? this.#mask() : 0;
    const params = { type: "mouseWheel", x, y, deltaX, deltaY, buttons, modifiers: modifierBits(input) };
    return { method: "Input.dispatchMouseEvent", params };
  }

  /** Releases the buttons of a viewer outside of the page, so that nothing is clicked and a drag is cancelled. */
  release(viewer: string): readonly CDPCommand[] {
    return this.#owner === viewer ? this.#releaseAll(outside) : [];
  }

  #up(viewer: string, button: Button, input: PointerInput, position: PagePosition): readonly CDPCommand[] {
    if (viewer !== this.#owner || !this.#buttons.has(button)) return [];
    const commands = this.#moveTo(viewer, input, position);
    return [...commands, this.#release(button, input.clickCount || 1, input)];
  }

  /** Ends what another viewer does with the mouse: a click is completed, and a drag is cancelled. */
  #takeOver(viewer: string): readonly CDPCommand[] {
    if (this.#owner === undefined || this.#owner === viewer) return [];
    const { x, y } = this.#position;
    const distance = Math.hypot(x - this.#pressPosition.x, y - this.#pressPosition.y);
    return this.#releaseAll(distance > clickDistance ? outside : this.#position);
  }

  #releaseAll(position: PagePosition): readonly CDPCommand[] {
    this.#position = position;
    return [...this.#buttons].map((button) => this.#release(button, 1, {}));
  }

  #release(button: Button, clickCount: number, modifiers: InputModifiers): CDPCommand {
    this.#buttons.delete(button);
    if (this.#buttons.size === 0) this.#owner = undefined;
    return this.#event("mouseReleased", modifiers, { button, clickCount });
  }

  #moveTo(
    viewer: string,
    modifiers: InputModifiers,
    position: PagePosition,
    always = false,
  ): readonly CDPCommand[] {
    if (this.#owner !== undefined && this.#owner !== viewer) return [];
    const { x, y } = this.#position;
    if (position.x === x && position.y === y && !always) return [];
    this.#position = position;
    const [button = "none"] = this.#buttons;
    return [this.#event("mouseMoved", modifiers, { button })];
  }

  #event(type: string, modifiers: InputModifiers, more: Record<string, unknown>): CDPCommand {
    const { x, y } = this.#position;
    const params = { type, x, y, buttons: this.#mask(), modifiers: modifierBits(modifiers), ...more };
    return { method: "Input.dispatchMouseEvent", params };
  }

  #mask(): number {
    let mask = 0;
    for (const button of this.#buttons) mask |= buttonBits[button];
    return mask;
  }
}
