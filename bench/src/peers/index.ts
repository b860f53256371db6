import type { Peer } from "../peer.ts";
import { bareNet } from "./bare-net.ts";
import { broadcastIpc } from "./broadcast-ipc.ts";
import { fork } from "./fork.ts";
import { nodeIpc } from "./node-ipc.ts";
import { webSocket, webSocketServer } from "./web-socket.ts";
import { zeromq } from "./zeromq.ts";

/** All that are measured, for payloads of this size; ours first. */
export function peersFor(size: number): readonly Peer[] {
  return [broadcastIpc, bareNet(size), zeromq(size), webSocket, webSocketServer, fork, nodeIpc];
}

/** The peer of this name. */
export function findPeer(name: string, size: number): Peer {
  const peer = peersFor(size).find((peer) => peer.name === name);
  if (!peer) throw new Error(`no such peer: ${name}`);
  return peer;
}
