/** What the parts of an `InputCapture` need to know about control. */
export interface Control {
  /** Aborted when the capture is closed. */
  readonly signal: AbortSignal;
  /** Whether the viewer's input goes to the source. */
  readonly isActive: boolean;
  /** Takes control, if the viewer may control. `isActive` is true afterwards if that succeeded. */
  enter(options?: { readonly byTouch?: boolean }): void;
  /** Moves the text field to a press, and releases modifier keys that are not held any more according to the event. */
  noteMouse(event: MouseEvent): void;
}
