import { once } from "node:events";
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import type { Peer } from "../peer.ts";
import { flushSocket, listenPacked, sendPacked, webSocketOptions } from "./web-socket-messages.ts";

/** The sender connects, as a capture process would. A WebSocket client must mask its messages. */
export const webSocket: Peer = {
  async receiver(path) {
    const http = createServer().listen(path);
    const server = new WebSocketServer({ server: http, ...webSocketOptions });
    let client: WebSocket | undefined;
    return {
      onMessage: (callback) => {
        server.once("connection", (socket) => {
          client = socket;
          listenPacked(socket, callback);
        });
      },
      reply: (header, payload) => void (client && sendPacked(client, header, payload)),
      close: () => {
        client?.terminate();
        server.close();
        http.close();
      },
    };
  },
  async sender(path) {
    const socket = new WebSocket(`ws+unix:${path}:/`, webSocketOptions);
    await once(socket, "open");
    return {
      send: (header, payload) => sendPacked(socket, header, payload),
      flush: () => flushSocket(socket),
      onMessage: (callback) => socket.on("message", callback),
      close: () => socket.terminate(),
    };
  },
};
