import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type { Header, Peer } from "../peer.ts";
import { flushSocket, listenPacked, sendPacked, webSocketOptions } from "./web-socket-messages.ts";

type Send = (header: Header, payload: Uint8Array) => Promise<unknown>;

/** The receiver connects and the server sends, because a server does not mask messages. */
export const webSocketServer: Peer = serverSends(
  (socket) => (header, payload) => sendPacked(socket, header, payload),
);

/**
 * Like {@link webSocketServer}, but the server's socket is corked while the messages of a tick are written, so that one
 * system call writes all of them. ws has no option for corking; the maintainer of ws recommends corking the underlying
 * socket (websockets/ws#1999).
 */
export const webSocketServerCorked: Peer = serverSends((socket) => {
  const { _socket: below } = socket as WebSocket & { readonly _socket: Socket };
  let isCorked = false;
  const uncork = () => {
    isCorked = false;
    below.uncork();
  };
  return (header, payload) => {
    if (!isCorked) {
      isCorked = true;
      below.cork();
      process.nextTick(uncork);
    }
    return sendPacked(socket, header, payload);
  };
});

function serverSends(sendOn: (socket: WebSocket) => Send): Peer {
  return {
    async receiver(path) {
      let socket: WebSocket | undefined;
      return {
        onMessage: async (callback) => {
          for (;;) {
            socket = new WebSocket(`ws+unix:${path}:/`, webSocketOptions);
            // The first message may arrive together with the response that opens the WebSocket.
            listenPacked(socket, callback);
            try {
              await once(socket, "open");
              return;
            } catch {}
          }
        },
        reply: (header, payload) => void (socket && sendPacked(socket, header, payload)),
        close: () => socket?.terminate(),
      };
    },
    async sender(path) {
      const http = createServer().listen(path);
      const server = new WebSocketServer({ server: http, ...webSocketOptions });
      const [socket] = (await once(server, "connection")) as [WebSocket];
      return {
        send: sendOn(socket),
        flush: () => flushSocket(socket),
        onMessage: (callback) => socket.on("message", callback),
        close: () => {
          socket.terminate();
          http.close();
        },
      };
    },
  };
}
