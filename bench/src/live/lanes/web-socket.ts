import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Packr } from "msgpackr";
import { WebSocket, WebSocketServer } from "ws";
import { ArrivedQueue } from "../arrived-queue.ts";
import type { Lane, LiveFrame } from "../lane.ts";
import { height, width } from "../live-parameters.ts";
import { NewestSlot } from "../newest-slot.ts";

const packr = new Packr({ useRecords: false });
/** No compression and no size limit. */
export const webSocketOptions = { perMessageDeflate: false, maxPayload: 0 };

/**
 * Sends header and frame as one message, and disposes the frame. The sender is a WebSocket server, because a server
 * does not mask messages. Resolves when the message was written.
 */
function send(socket: WebSocket, { data, timestamp, ...frame }: LiveFrame): Promise<unknown> {
  const message = packr.pack([{ type: "image", width, height, timestamp }, data]);
  frame[Symbol.dispose]();
  return new Promise((resolve) => socket.send(message, resolve));
}

/**
 * A paced lane sends a frame when the previous one was written, keeps only the newest waiting frame, and pauses the socket
 * while the consumer is busy. Otherwise, the lane sends every frame when it is captured, and queues it when it arrives.
 */
export function webSocketLane(isPaced: boolean): Lane {
  return {
    async sink({ path }) {
      const http = createServer().listen(path);
      const [socket] = (await once(
        new WebSocketServer({ server: http, ...webSocketOptions }),
        "connection",
      )) as [WebSocket];
      const slot = new NewestSlot((frame) => send(socket, frame));
      return {
        offer: (frame) => (isPaced ? slot.offer(frame) : void send(socket, frame)),
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
      return { frames: () => arrived.frames(), close: () => socket.terminate() };
    },
  };
}

/** Connects as soon as a server listens on the path. */
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
