import { setTimeout } from "node:timers/promises";
import type { Pattern } from "./read-pattern.ts";

/** A video frame that a viewer has decoded. */
export interface SeenFrame extends Pattern {
  /** Size in pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** Time at which it was decoded, in ms since the epoch. */
  readonly at: number;
}

/** A participant that watches a room. */
export interface Viewer extends AsyncDisposable {
  readonly identity: string;
  /** Time at which it began to join, in ms since the epoch. */
  readonly joinedAt: number;
  /** Returns the frames since the last {@link clear}, in the order in which they were decoded. */
  frames(): Promise<readonly SeenFrame[]>;
  /** Forgets all frames. */
  clear(): Promise<void>;
  /** Returns the strongest frequency of the audio in Hz, or `undefined` while there is none. */
  frequency(): Promise<number | undefined>;
  /** Leaves the room. */
  leave(): Promise<void>;
}

/**
 * Resolves with the first frame that matches. Rejects after `timeout` ms with what the viewer saw instead.
 */
export async function untilSeen(
  viewer: Viewer,
  timeout: number,
  matches: (frame: SeenFrame) => boolean = ({ counter }) => counter !== undefined,
): Promise<SeenFrame> {
  let frames: readonly SeenFrame[] = [];
  for (const end = Date.now() + timeout; Date.now() < end; await setTimeout(25)) {
    frames = await viewer.frames();
    const found = frames.find(matches);
    if (found) return found;
  }
  const last = frames.at(-1);
  throw new Error(
    `${viewer.identity} saw no such frame within ${timeout} ms, but ${frames.length} others, the last one ${JSON.stringify(last)}`,
  );
}

/** Returns a line for each frame whose counter is unreadable, or lower than an earlier one. */
export function counterFaults(frames: readonly SeenFrame[]): string[] {
  const faults: string[] = [];
  let newest = -1;
  for (const { counter } of frames) {
    if (counter === undefined) faults.push("not readable");
    else if (counter < newest) faults.push(`${counter} after ${newest}`);
    newest = Math.max(newest, counter ?? -1);
  }
  return faults;
}
