import type { AudioLane } from "./audio-lane.ts";

/** Loads the lanes. A lane is loaded only in the processes that measure it, so a missing package fails only one row. */
const loaders: Readonly<Record<string, () => Promise<AudioLane>>> = {
  "broadcast-ipc": async () => (await import("./broadcast.ts")).broadcastAudio,
  "ws, paced": async () => (await import("./web-socket.ts")).webSocketAudio,
};

/** The names of all lanes, in the order of the table rows. */
export const audioLaneNames: readonly string[] = Object.keys(loaders);

/** Loads the lane of this name. Rejects if its package is not installed. */
export async function loadAudioLane(name: string): Promise<AudioLane> {
  const load = loaders[name];
  if (!load) throw new RangeError(`no such lane: ${name}`);
  return load();
}
