/** Modifier keys held during an input. */
interface Modifiers {
  readonly alt?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

/** The pointer moved, or one of its buttons was pressed or released. */
export interface PointerInput extends Modifiers {
  readonly kind: "pointer";
  readonly event: "move" | "down" | "up";
  /** Position in the video: 0 is the left or top edge, 1 is the right or bottom edge. */
  readonly x: number;
  readonly y: number;
  readonly button: "none" | "left" | "middle" | "right";
  /** Number of the press in a multiple click: 2 for the second press of a double click. */
  readonly clickCount: number;
}

/** The wheel was turned. Distances are in CSS pixels. */
export interface WheelInput extends Modifiers {
  readonly kind: "wheel";
  readonly x: number;
  readonly y: number;
  readonly deltaX: number;
  readonly deltaY: number;
}

/** A key was pressed or released. `key` and `code` have the values of a KeyboardEvent. */
export interface KeyInput extends Modifiers {
  readonly kind: "key";
  readonly event: "down" | "up";
  readonly key: string;
  readonly code: string;
}

/**
 * A viewer's input to the source. The page sends the input to the app process, which forwards the input to the capture
 * process as a message of type "input".
 */
export type InputMessage = PointerInput | WheelInput | KeyInput;
