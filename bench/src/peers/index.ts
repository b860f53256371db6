import type { Peer } from "../peer.ts";

/**
 * Functions that load the peers, with this project first. A peer is loaded only in the processes that measure it, so a
 * missing package fails only one row.
 */
const loaders: Readonly<Record<string, (size: number) => Promise<Peer>>> = {
  "broadcast-ipc": async () => (await import("./broadcast-ipc.ts")).broadcastIpc,
  "bare net loop": async (size) => (await import("./bare-net.ts")).bareNet(size),
  zeromq: async (size) => (await import("./zeromq.ts")).zeromq(size),
  ws: async () => (await import("./web-socket.ts")).webSocket,
  "ws, server sends": async () => (await import("./web-socket-server.ts")).webSocketServer,
  "ws, server sends, corked for each tick": async () =>
    (await import("./web-socket-server.ts")).webSocketServerCorked,
  "fork, advanced": async () => (await import("./fork.ts")).fork,
  "node-ipc 9.2.1": async () => (await import("./node-ipc.ts")).nodeIpc((await import("node-ipc")).default),
  "node-ipc 14.0.0": async () =>
    (await import("./node-ipc.ts")).nodeIpc((await import("node-ipc-14")).default),
};

/** The names of all peers, in the order of the table rows. */
export const peerNames: readonly string[] = Object.keys(loaders);

/** Loads the peer of this name for payloads of `size` bytes. Rejects if its package is not installed. */
export async function loadPeer(name: string, size: number): Promise<Peer> {
  const load = loaders[name];
  if (!load) throw new RangeError(`no such peer: ${name}`);
  return load(size);
}
