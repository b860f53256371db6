/** Keys that were held while something happened. */
interface Modifiers {
  readonly alt?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** The pointer moved, or a button of it did. */
export interface PointerInput extends Modifiers {
  readonly kind: "pointer";
  readonly event: "move" | "down" | "up";
  /** Where on the picture: 0 to 1 from its left and its top, so that scaling does not matter. */
  readonly x: number;
  readonly y: number;
  readonly button: "none" | "left" | "middle" | "right";
  /** 2 for the second click of a double click. */
  readonly clickCount: number;
}

/** The wheel was turned, in CSS pixels. */
export interface WheelInput extends Modifiers {
  readonly kind: "wheel";
  readonly x: number;
  readonly y: number;
  readonly deltaX: number;
  readonly deltaY: number;
}

/** A key was pressed or let go; `key` and `code` are those of a KeyboardEvent. */
export interface KeyInput extends Modifiers {
  readonly kind: "key";
  readonly event: "down" | "up";
  readonly key: string;
  readonly code: string;
}

/** What a viewer does to what is watched; goes from the page through the app to the capture process as a message of type "input". */
export type InputMessage = PointerInput | WheelInput | KeyInput;
