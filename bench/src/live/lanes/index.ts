import type { Lane } from "../lane.ts";
import { broadcastLane } from "./broadcast.ts";
import { referenceLane } from "./reference.ts";
import { sourceAlone } from "./source-alone.ts";
import { unboundedChannelLane } from "./unbounded-channel.ts";
import { webSocketLane } from "./web-socket.ts";
import { zeromqLane } from "./zeromq.ts";

const lanes: readonly Lane[] = [
  sourceAlone,
  broadcastLane("broadcast-ipc raw", {}),
  broadcastLane("broadcast-ipc JPEG", { encoding: "jpeg" }),
  broadcastLane("broadcast-ipc JPEG, jpeg-turbo", { encoding: "jpeg", engine: "jpeg-turbo" }),
  broadcastLane("broadcast-ipc JPEG, sharp", { encoding: "jpeg", engine: "sharp" }),
  broadcastLane("broadcast-ipc delta", { encoding: "delta" }),
  referenceLane,
  zeromqLane,
  webSocketLane("ws, paced", true),
  webSocketLane("ws, nothing awaited", false),
  unboundedChannelLane,
];

/** The lane of this name. */
export function findLane(name: string): Lane {
  const lane = lanes.find((lane) => lane.name === name);
  if (!lane) throw new Error(`no such lane: ${name}`);
  return lane;
}
