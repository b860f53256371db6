/** What the parts of an `InputCapture` need to know about control. */
export interface Control {
  /** Aborted when the capture is closed. */
  readonly signal: AbortSignal;
  /** Whether the viewer's input goes to the source. */
  readonly isActive: boolean;
  /** Takes control, if the viewer may control. `isActive` is true afterwards if that succeeded. */
  enter(options?: { readonly byTouch?: boolean }): void;
  /** Told of each mouse event in control: its position is where the viewer works, and its modifiers are true. */
  noteMouse(event: MouseEvent): void;
}
