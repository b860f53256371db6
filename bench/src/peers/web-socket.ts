import { once } from "node:events";
import { createServer } from "node:http";
import { Packr } from "msgpackr";
import { WebSocket, WebSocketServer } from "ws";
import type { Header, Peer } from "../peer.ts";

const packr = new Packr({ useRecords: false });

type Callback = (header: Header, payload: Uint8Array) => void;

/** Header and payload as one MessagePack message: two WebSocket messages for each would halve the rate of small ones. */
function send(socket: WebSocket, header: Header, payload: Uint8Array): Promise<unknown> {
  return new Promise((resolve) => socket.send(packr.pack([header, payload]), resolve));
}

function listen(socket: WebSocket, callback: Callback): void {
  socket.on("message", (data) => {
    const [header, payload] = packr.unpack(data as Buffer);
    callback(header, payload);
  });
}

async function flush(socket: WebSocket): Promise<void> {
  await new Promise((resolve) => socket.ping(undefined, undefined, () => resolve(undefined)));
}

/** The sender connects, as a capture process would; WebSocket clients have to mask what they send. */
export const webSocket: Peer = {
  name: "ws",
  async receiver(path) {
    const http = createServer().listen(path);
    const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 0 });
    let client: WebSocket | undefined;
    return {
      onMessage: (callback) => {
        server.once("connection", (socket) => {
          client = socket;
          listen(socket, callback);
        });
      },
      reply: (header, payload) => void (client && send(client, header, payload)),
      close: () => {
        client?.terminate();
        server.close();
        http.close();
      },
    };
  },
  async sender(path) {
    const socket = new WebSocket(`ws+unix:${path}:/`, { perMessageDeflate: false, maxPayload: 0 });
    await once(socket, "open");
    return {
      send: (header, payload) => send(socket, header, payload),
      flush: () => flush(socket),
      onMessage: (callback) => socket.on("message", callback),
      close: () => socket.terminate(),
    };
  },
};

/** The other way round, which spares the masking: the receiver connects, and the server sends. */
export const webSocketServer: Peer = {
  name: "ws, server sends",
  async receiver(path) {
    let socket: WebSocket | undefined;
    return {
      onMessage: async (callback) => {
        for (;;) {
          socket = new WebSocket(`ws+unix:${path}:/`, { perMessageDeflate: false, maxPayload: 0 });
          try {
            await once(socket, "open");
            listen(socket, callback);
            return;
          } catch {}
        }
      },
      reply: (header, payload) => void (socket && send(socket, header, payload)),
      close: () => socket?.terminate(),
    };
  },
  async sender(path) {
    const http = createServer().listen(path);
    const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: 0 });
    const [socket] = (await once(server, "connection")) as [WebSocket];
    return {
      send: (header, payload) => send(socket, header, payload),
      flush: () => flush(socket),
      onMessage: (callback) => socket.on("message", callback),
      close: () => {
        socket.terminate();
        http.close();
      },
    };
  },
};
