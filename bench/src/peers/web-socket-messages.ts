import { Packr } from "msgpackr";
import type { WebSocket } from "ws";
import type { Header } from "../peer.ts";

const packr = new Packr({ useRecords: false });

/** No compression and no size limit. */
export const webSocketOptions = { perMessageDeflate: false, maxPayload: 0 } as const;

/**
 * Sends header and payload as one MessagePack message. With two WebSocket messages, the rate of small messages would be
 * halved.
 */
export function sendPacked(socket: WebSocket, header: Header, payload: Uint8Array): Promise<unknown> {
  return new Promise((resolve) => socket.send(packr.pack([header, payload]), resolve));
}

/** Calls back with each message that {@link sendPacked} sent. */
export function listenPacked(
  socket: WebSocket,
  callback: (header: Header, payload: Uint8Array) => void,
): void {
  socket.on("message", (data) => {
    const [header, payload] = packr.unpack(data as Buffer);
    callback(header, payload);
  });
}

/** Resolves when all earlier messages were written. */
export async function flushSocket(socket: WebSocket): Promise<void> {
  await new Promise((resolve) => socket.ping(undefined, undefined, () => resolve(undefined)));
}
