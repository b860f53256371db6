import type { ViewerInput } from "@broadcast-ipc/protocol";

/** The frames that a viewer asks for. A viewer receives no frames before its first demand. */
export interface DemandMessage {
  readonly type: "demand";
  /** With `"auto"`, raw frames are sent as deltas, and compressed frames are sent unchanged. */
  readonly encoding: "auto" | "raw" | "jpeg" | "delta";
  /** Maximum frames per second, evenly spaced. */
  readonly maxFps?: number;
  /** Maximum size of the frame before rotation, in pixels. Larger frames are scaled down. */
  readonly maxWidth?: number;
  readonly maxHeight?: number;
}

/** A message from a viewer to the server, as JSON text. */
export type ViewerMessage =
  | DemandMessage
  /** The viewer's page is hidden, or visible again. A hidden viewer gets no frames. */
  | { readonly type: "hidden"; readonly hidden: boolean }
  /** The viewer acknowledges no frames on purpose, or again. So the wait says nothing about its connection. */
  | { readonly type: "paused"; readonly paused: boolean }
  /** Acknowledges a frame and all earlier frames. The server then sends the next frame. */
  | { readonly type: "shown"; readonly sequence: number }
  /** Requests the newest frame as a key frame, because a frame could not be shown. */
  | { readonly type: "refresh" }
  /** Turns audio on or off. */
  | { readonly type: "audio"; readonly on: boolean }
  /** Asks for the server's time, to compare the clocks. `sent` is the viewer's own time, which the answer repeats. */
  | { readonly type: "time"; readonly sent: number }
  /** Asks for control, or gives control back. */
  | { readonly type: "control"; readonly on: boolean }
  /** An input, which needs control. */
  | { readonly type: "input"; readonly input: ViewerInput }
  /** A message for the host program, see the event "message" of `LiveView`. */
  | { readonly type: "message"; readonly name: string; readonly data?: unknown };
