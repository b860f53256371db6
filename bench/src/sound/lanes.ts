import type { SoundLane } from "./sound-lane.ts";

/** Loaders of the lanes. A lane is loaded only in the processes that measure it, so a missing package affects one row. */
const loaders: Readonly<Record<string, () => Promise<SoundLane>>> = {
  "broadcast-ipc": async () => (await import("./broadcast.ts")).broadcastSound,
  "ws, paced": async () => (await import("./web-socket.ts")).webSocketSound,
};

/** The names of all lanes, in the order of the table. */
export const soundLaneNames: readonly string[] = Object.keys(loaders);

/** The lane of this name. Rejects when its package is not installed. */
export async function loadSoundLane(name: string): Promise<SoundLane> {
  const load = loaders[name];
  if (!load) throw new RangeError(`no such lane: ${name}`);
  return load();
}
