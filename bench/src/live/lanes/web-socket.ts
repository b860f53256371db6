import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Packr } from "msgpackr";
import { WebSocket, WebSocketServer } from "ws";
import { ArrivedQueue } from "../arrived-queue.ts";
import type { Lane, LivePicture } from "../lane.ts";
import { height, width } from "../live-order.ts";
import { NewestSlot } from "../newest-slot.ts";

const packr = new Packr({ useRecords: false });
/** Nothing is compressed, and nothing is too large. */
export const webSocketOptions = { perMessageDeflate: false, maxPayload: 0 };

/** The server sends, which spares the masking; header and picture are one message, and the picture is free once that is packed. */
function send(socket: WebSocket, { data, timestamp, ...picture }: LivePicture): Promise<unknown> {
  const message = packr.pack([{ type: "image", width, height, timestamp }, data]);
  picture[Symbol.dispose]();
  return new Promise((resolve) => socket.send(message, resolve));
}

/**
 * Paced: the next picture is sent when the one before has left, only the newest one waits for that, and the consumer
 * stops the socket while it is busy. Otherwise every picture is sent when it is captured, and taken when it comes.
 */
export function webSocketLane(isPaced: boolean): Lane {
  return {
    async sink({ path }) {
      const http = createServer().listen(path);
      const [socket] = (await once(
        new WebSocketServer({ server: http, ...webSocketOptions }),
        "connection",
      )) as [WebSocket];
      const slot = new NewestSlot((picture) => send(socket, picture));
      return {
        offer: (picture) => (isPaced ? slot.offer(picture) : void send(socket, picture)),
        get replaced() {
          return slot.replaced;
        },
        close: () => {
          socket.terminate();
          http.close();
        },
      };
    },
    async feed({ path }) {
      const socket = await connectWebSocket(path);
      const arrived = new ArrivedQueue({
        onFilled: () => isPaced && socket.pause(),
        onEmpty: () => isPaced && socket.resume(),
      });
      socket.on("message", (data) => arrived.push(packr.unpack(data as Buffer)[0].timestamp, data));
      return { pictures: () => arrived.pictures(), close: () => socket.terminate() };
    },
  };
}

/** Connects once somebody listens there. */
export async function connectWebSocket(path: string): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(`ws+unix:${path}:/`, webSocketOptions);
    try {
      await once(socket, "open");
      return socket;
    } catch {
      await delay(10);
    }
  }
}
