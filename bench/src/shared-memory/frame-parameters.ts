import type { BenchMessage } from "../live/bench-process.ts";

/** How frames travel between the two processes. `nothing` sends no frames: it measures what the paced loop itself costs. */
type Way = "shared memory, filled in place" | "shared memory, one copy" | "socket" | "nothing";

/** What the reader does with each frame: nothing, copy it into memory of its own, or look at one pixel of each row. */
export type Look = "none" | "copy" | "rows";

/** Parameters of a run, given to the sending process and the reading process. */
export interface FrameParameters {
  readonly way: Way;
  readonly look: Look;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Frames per second; `undefined` for as many as possible. */
  readonly fps?: number | undefined;
  /** The number of frames for which the region has room. */
  readonly slots: number;
  /** The most frames that are sent and not yet given back by the reader. */
  readonly ahead: number;
  /** Executable of Node that runs both processes. */
  readonly node: string;
}

/** Sent by a process when the measured time ends. */
export interface FrameReport extends BenchMessage {
  readonly type: "report";
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Frames sent, or received. */
  readonly frames: number;
  /** Frames sent, or received, in shared memory. */
  readonly shared: number;
  /** What carried the frames, such as `"shared memory (koffi)"`. */
  readonly via: string;
  /** Why frames travelled in the socket; `undefined` if nothing prevented shared memory. */
  readonly reason: string | undefined;
}

/** The header of each frame. */
export interface FrameHeader {
  /** Number of the frame. Its lowest byte is the first byte of the frame. */
  readonly sequence: number;
}
