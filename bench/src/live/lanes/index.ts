import type { Lane } from "../lane.ts";

/** Loads the lanes. A lane is loaded only in the processes that measure it, so a missing package fails only one row. */
const loaders: Readonly<Record<string, (name: string) => Promise<Lane>>> = {
  "source alone": async () => (await import("./source-alone.ts")).sourceAlone,
  "broadcast-ipc raw": async (name) => (await import("./broadcast.ts")).broadcastLane(name, {}),
  "broadcast-ipc raw, shared memory": async (name) => {
    const { sharedMemory } = await import("@broadcast-ipc/shared-memory");
    const payloads = sharedMemory();
    if (payloads.unavailable !== undefined) throw new Error(payloads.unavailable);
    return (await import("./broadcast.ts")).broadcastLane(name, {}, payloads);
  },
  "broadcast-ipc JPEG": async (name) =>
    (await import("./broadcast.ts")).broadcastLane(name, { encoding: "jpeg" }),
  "broadcast-ipc JPEG, jpeg-turbo": async (name) =>
    (await import("./broadcast.ts")).broadcastLane(name, { encoding: "jpeg", engine: "jpeg-turbo" }),
  "broadcast-ipc JPEG, sharp": async (name) =>
    (await import("./broadcast.ts")).broadcastLane(name, { encoding: "jpeg", engine: "sharp" }),
  "broadcast-ipc delta": async (name) =>
    (await import("./broadcast.ts")).broadcastLane(name, { encoding: "delta" }),
  "reference system": async () => (await import("./reference.ts")).referenceLane,
  "zeromq, high-water mark 1": async () => (await import("./zeromq.ts")).zeromqLane,
  "ws, paced": async () => (await import("./web-socket.ts")).webSocketLane(true),
  "ws, no await": async () => (await import("./web-socket.ts")).webSocketLane(false),
  "send() loop, no await": async () => (await import("./unbounded-channel.ts")).unboundedChannelLane,
};

/** Loads the lane of this name. Rejects if its package is not installed. */
export async function loadLane(name: string): Promise<Lane> {
  const load = loaders[name];
  if (!load) throw new RangeError(`no such lane: ${name}`);
  return load(name);
}
