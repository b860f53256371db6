import { broadcastSound } from "./broadcast.ts";
import type { SoundLane } from "./sound-lane.ts";
import { webSocketSound } from "./web-socket.ts";

export const soundLanes: readonly SoundLane[] = [broadcastSound, webSocketSound];

/** The lane of this name. */
export function findSoundLane(name: string): SoundLane {
  const lane = soundLanes.find((lane) => lane.name === name);
  if (!lane) throw new Error(`no such lane: ${name}`);
  return lane;
}
