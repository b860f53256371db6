import type { Page } from "playwright-core";
import type { InputMessage, KeyInput, PointerInput, WheelInput } from "../input-message.ts";
import { HeldModifiers, modifierOf } from "./held-modifiers.ts";
import { keyStroke } from "./key-stroke.ts";

/** Maximum number of inputs that wait for the page. Further inputs are dropped. */
const mostWaiting = 200;

/** Performs the inputs of viewers in a page, one after another. */
export class PageInput {
  readonly #page: Page;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #modifiers: HeldModifiers;
  readonly #waiting: InputMessage[] = [];
  #isBusy = false;

  constructor(page: Page, size: { readonly width: number; readonly height: number }) {
    this.#page = page;
    this.#size = size;
    this.#modifiers = new HeldModifiers(page.keyboard);
  }

  /** Queues an input. A pointer move replaces a waiting move that directly precedes it. Never throws. */
  perform(message: InputMessage): void {
    const last = this.#waiting.at(-1);
    if (last && isMove(last) && isMove(message)) this.#waiting.pop();
    if (this.#waiting.length < mostWaiting) this.#waiting.push(message);
    if (!this.#isBusy) void this.#performAll();
  }

  async #performAll(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#performNow(next);
      } catch {
        // The key is unknown or the page is closed, so the input has no effect.
      }
    }
    this.#isBusy = false;
  }

  #performNow(message: InputMessage): Promise<void> {
    switch (message.kind) {
      case "pointer":
        return this.#point(message);
      case "wheel":
        return this.#wheel(message);
      case "key":
        return this.#key(message);
    }
  }

  async #point(message: PointerInput): Promise<void> {
    const { mouse } = this.#page;
    const { button, clickCount } = message;
    await this.#modifiers.follow(message);
    await this.#moveTo(message);
    if (message.event === "move" || button === "none") return;
    if (message.event === "down") await mouse.down({ button, clickCount });
    else await mouse.up({ button, clickCount });
  }

  async #wheel(message: WheelInput): Promise<void> {
    await this.#modifiers.follow(message);
    await this.#moveTo(message);
    await this.#page.mouse.wheel(message.deltaX, message.deltaY);
  }

  async #moveTo({ x, y }: { readonly x: number; readonly y: number }): Promise<void> {
    const { width, height } = this.#size;
    await this.#page.mouse.move(within(x, width), within(y, height));
  }

  async #key(message: KeyInput): Promise<void> {
    const { keyboard } = this.#page;
    const isDown = message.event === "down";
    const modifier = modifierOf(message.key);
    if (modifier) return this.#modifiers.turn(modifier, isDown, message);
    const { key, text, modifiers } = keyStroke({ ...message, ...this.#modifiers.with(message) });
    await this.#modifiers.follow(modifiers);
    if (text !== undefined && isDown) await keyboard.insertText(text);
    if (key !== undefined) await (isDown ? keyboard.down(key) : keyboard.up(key));
  }
}

function isMove(message: InputMessage): boolean {
  return message.kind === "pointer" && message.event === "move";
}

/** Converts a position from 0 to 1 to pixels. A position outside the page becomes the nearest edge. */
function within(part: number, length: number): number {
  return Math.min(Math.max(part, 0) * length, length - 1);
}
