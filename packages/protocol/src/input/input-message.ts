/** Modifier keys that are held during an input. An absent field means that the modifier is not held. */
export interface InputModifiers {
  /** Alt, or Option on a Mac. */
  readonly alt?: boolean;
  /** Control. */
  readonly ctrl?: boolean;
  /** The Windows key, or Command on a Mac. */
  readonly meta?: boolean;
  /** Shift. */
  readonly shift?: boolean;
}

/** The mouse moved, or one of its buttons was pressed or released. */
export interface PointerInput extends InputModifiers {
  readonly kind: "pointer";
  /** What the mouse did. */
  readonly event: "move" | "down" | "up";
  /** Position in the video frame before rotation: 0 is the left or top edge, 1 is the right or bottom edge. */
  readonly x: number;
  /** Vertical position, see {@link x}. */
  readonly y: number;
  /** The button that was pressed or released; `"none"` for a move. */
  readonly button: "none" | "left" | "middle" | "right" | "back" | "forward";
  /** Number of the press in a multiple click, at most 100: 2 for the second press of a double click. 0 for a move. */
  readonly clickCount: number;
}

/** The wheel was turned over a position, see {@link PointerInput}. */
export interface WheelInput extends InputModifiers {
  readonly kind: "wheel";
  /** Horizontal position, see {@link PointerInput.x}. */
  readonly x: number;
  /** Vertical position, see {@link PointerInput.x}. */
  readonly y: number;
  /** Distances in the unit of `deltaMode`. Positive values scroll right and down. */
  readonly deltaX: number;
  /** Vertical distance, see {@link deltaX}. */
  readonly deltaY: number;
  /** Unit of the distances: CSS pixels (default), lines or pages, as in a WheelEvent. */
  readonly deltaMode?: "pixel" | "line" | "page";
}

/** A finger on the screen. */
export interface TouchPoint {
  /** Identifies the finger while it touches the screen. */
  readonly id: number;
  /** Position, see {@link PointerInput}. */
  readonly x: number;
  /** Vertical position, see {@link PointerInput}. */
  readonly y: number;
}

/** Fingers touched the screen, moved or left the screen. */
export interface TouchInput extends InputModifiers {
  readonly kind: "touch";
  /** What the fingers did. */
  readonly event: "start" | "move" | "end" | "cancel";
  /** All fingers that touch the screen after the event. Empty after the last finger has left, and for `"cancel"`. */
  readonly points: readonly TouchPoint[];
}

/** A key was pressed or released. `key`, `code` and `location` have the values of a KeyboardEvent. */
export interface KeyInput extends InputModifiers {
  readonly kind: "key";
  /** What happened to the key. */
  readonly event: "down" | "up";
  /** The key's value, such as `"a"` or `"Enter"`. */
  readonly key: string;
  /** The physical key, such as `"KeyA"`. */
  readonly code: string;
  /** 0: standard (default); 1: left; 2: right; 3: numeric keypad. */
  readonly location?: 0 | 1 | 2 | 3;
  /** Whether the key is held and repeats. */
  readonly repeat?: boolean;
}

/** Text to insert at the cursor, such as the text of an on-screen keyboard or a dead key. */
export interface TextInput {
  readonly kind: "text";
  /** The text to insert. */
  readonly text: string;
}

/** The text of an input method that is not committed yet. An empty text removes it. {@link TextInput} commits a text. */
export interface CompositionInput {
  readonly kind: "composition";
  /** The uncommitted text. */
  readonly text: string;
  /** The cursor within the text, in UTF-16 code units. Default: the end of the text. */
  readonly cursor?: number;
}

/** Text of the viewer's clipboard to paste. */
export interface PasteInput {
  readonly kind: "paste";
  /** The text to paste. */
  readonly text: string;
}

/** Requests the selected text, which arrives as a {@link CopiedNotice}. */
export interface CopyInput {
  readonly kind: "copy";
  /** Whether to delete the selected text. */
  readonly cut?: boolean;
}

/** Answers a {@link DialogNotice}. */
export interface DialogInput {
  readonly kind: "dialog";
  /** The `id` of the {@link DialogNotice}. */
  readonly id: string;
  /** Whether the dialog is accepted (OK) or dismissed (Cancel). */
  readonly accept: boolean;
  /** The answer to a prompt. Default: the default value of the prompt. */
  readonly text?: string;
}

/** Answers a {@link PickerNotice}. */
export interface PickerInput {
  readonly kind: "picker";
  /** The `id` of the {@link PickerNotice}. */
  readonly id: string;
  /** The chosen values; one value unless the picker is `multiple`. `null` closes the picker without a choice. */
  readonly values: readonly string[] | null;
}

/** Closes the pop-up that the video shows. Has no effect while the video shows the captured page. */
export interface CloseWindowInput {
  readonly kind: "close-window";
}

/** Releases all keys, buttons and fingers that the viewer holds. Sent when a viewer loses the focus or leaves. */
export interface ReleaseInput {
  readonly kind: "release";
}

/** An input of a viewer to the source. */
export type ViewerInput =
  | PointerInput
  | WheelInput
  | TouchInput
  | KeyInput
  | TextInput
  | CompositionInput
  | PasteInput
  | CopyInput
  | DialogInput
  | PickerInput
  | CloseWindowInput
  | ReleaseInput;

/**
 * The content of an application message of type `"input"`, which a receiver sends to an uploader: an input with the viewer
 * that it comes from. Send it with `messageContent`, because a long paste does not fit the data of a message.
 */
export type InputMessage = ViewerInput & {
  /** Identifies the viewer, because held keys and buttons are tracked per viewer. Absent: all inputs count as one viewer's. */
  readonly viewer?: string;
};

/** Type of the application messages that carry an {@link InputMessage}. */
export const inputMessageType = "input";
