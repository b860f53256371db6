import type { DialogInput, PickerInput } from "@broadcast-ipc/protocol";
import type { FrameArea } from "../input/frame-geometry.ts";
import type { Box } from "../input/frame-place.ts";

/** What each pop-up needs to show itself and to answer. */
export interface PopupView {
  readonly layer: HTMLElement;
  /** Whether this viewer may answer. If not, the pop-up is read-only. */
  readonly canAnswer: boolean;
  /** Returns where an area of the frame is in the window, in CSS pixels. */
  boxOf(area: FrameArea): Box;
  /** Returns where the whole frame is in the window. */
  boxOfFrame(): Box;
  /** Returns the element that had the focus before the pop-ups. */
  home(): HTMLElement | undefined;
  /** Sends the answer and removes the pop-up. */
  answer(input: DialogInput | PickerInput): void;
  /** Has screen readers read a text. */
  announce(text: string): void;
}
