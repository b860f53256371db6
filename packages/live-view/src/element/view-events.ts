import type { Figures } from "./figures/view-figures.ts";
import type { ViewStateName } from "./view-state.ts";

/**
 * What went wrong.
 * - `ERR_VIEW_SRC`: `src` is not a URL of http, https, ws or wss.
 * - `ERR_VIEW_REFUSED`: the server has turned this viewer away for good.
 * - `ERR_VIEW_MESSAGE`: a message of the server cannot be read.
 * - `ERR_VIEW_FRAME`: a frame cannot be shown. The element has asked for a key frame.
 * - `ERR_VIEW_ENCODING`: the server cannot encode frames as requested.
 * - `ERR_VIEW_AUDIO`: the browser cannot play the audio.
 * - `ERR_VIEW_AUDIO_BLOCKED`: the browser plays audio only after the viewer has clicked or pressed a key.
 */
export type ViewErrorCode =
  | "ERR_VIEW_SRC"
  | "ERR_VIEW_REFUSED"
  | "ERR_VIEW_MESSAGE"
  | "ERR_VIEW_FRAME"
  | "ERR_VIEW_ENCODING"
  | "ERR_VIEW_AUDIO"
  | "ERR_VIEW_AUDIO_BLOCKED";

/** The detail of the event "statechange". */
export interface StateChange {
  /** The new state. */
  readonly state: ViewStateName;
  /** A sentence that says why, in plain words. Empty if there is nothing to say. */
  readonly reason: string;
}

/** The detail of the event "error". */
export interface ViewError {
  /** Identifies the kind of error. */
  readonly code: ViewErrorCode;
  /** What went wrong, for the console. */
  readonly message: string;
}

/** The detail of the event "controlchange". */
export interface ControlChange {
  /** `"you"`: this viewer has control; `"other"`: another viewer has it; `"none"`: nobody. */
  readonly holder: "you" | "other" | "none";
  /** Whether this viewer waits until the holder gives control back. */
  readonly isWaiting: boolean;
  /** Whether another viewer waits for the control that this viewer has. */
  readonly isWanted: boolean;
}

/** The detail of the event "message": a message of the host program, see `LiveView.send`. */
export interface HostMessageDetail {
  /** The name that the host program gave the message. */
  readonly name: string;
  /** The data of the message, parsed from JSON. */
  readonly data: unknown;
}

/** The detail of the event "hello": what the server says about the broadcast and this viewer. */
export interface ViewInfo {
  /** Identifies this viewer on the server, see `Viewer.id`. */
  readonly viewer: string;
  /** Name of the uploader, if it has one. */
  readonly name?: string | undefined;
  /** Whether the server lets this viewer take control. */
  readonly mayControl: boolean;
  /** Whether audio has arrived from the source. */
  readonly hasAudio: boolean;
  /** Whether the source runs on the server's machine. Ages are unknown otherwise. */
  readonly isSameClock: boolean;
}

/** The detail of the event "frame". */
export interface ShownFrame {
  /** Number of the frame on its connection, from 1. */
  readonly sequence: number;
  /** Capture time in microseconds of the source's monotonic clock. */
  readonly timestamp: number;
  /** Size before rotation, in pixels. */
  readonly width: number;
  /** Height before rotation, in pixels. */
  readonly height: number;
  /** Clockwise rotation with which the frame was drawn, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** The changed parts of a delta, in pixels before rotation. Absent for other encodings. */
  readonly regions?: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  /** Age in ms when the frame was drawn; absent while it is unknown. */
  readonly age?: number;
}

/**
 * The detail of the event "page": a `PageNotice` of `@broadcast-ipc/protocol`. Its type is not used here, because the types
 * of that package need those of Node.
 */
export interface PageNoticeDetail {
  /** Such as `"dialog"`, `"download"` or `"window"`. */
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** The events of a `<broadcast-view>`. None of them bubbles. */
export interface BroadcastViewEventMap {
  /** The state or its reason has changed. */
  statechange: CustomEvent<StateChange>;
  /** Sent twice a second while the element has a `src`. */
  figures: CustomEvent<Figures>;
  /** Something went wrong. The element goes on where it can. */
  error: CustomEvent<ViewError>;
  /** The host program has sent a message. */
  message: CustomEvent<HostMessageDetail>;
  /** Who has control has changed. */
  controlchange: CustomEvent<ControlChange>;
  /** Sent first on each connection, and again after each change. */
  hello: CustomEvent<ViewInfo>;
  /** A frame has been drawn. */
  frame: CustomEvent<ShownFrame>;
  /** Something has happened in the captured page, such as a download. */
  page: CustomEvent<PageNoticeDetail>;
}
