import { on, once } from "node:events";
import { createServer } from "node:http";
import { Packr } from "msgpackr";
import { type WebSocket, WebSocketServer } from "ws";
import { connectWebSocket, webSocketOptions } from "../live/lanes/web-socket.ts";
import type { AudioLane } from "./audio-lane.ts";

const packr = new Packr({ useRecords: false });

/** The server sends a video frame when the previous one was written, and an audio sample at once. */
export const webSocketAudio: AudioLane = {
  async sink(path) {
    const server = new WebSocketServer({ server: createServer().listen(path), ...webSocketOptions });
    const [socket] = (await once(server, "connection")) as [WebSocket];
    return {
      play: (data, number) => socket.send(packr.pack([{ number }, data])),
      show: (data) => new Promise((resolve) => socket.send(packr.pack([{}, data]), resolve)),
    };
  },
  async *feed(path) {
    const socket = await connectWebSocket(path);
    for await (const [data] of on(socket, "message")) yield { number: packr.unpack(data)[0].number };
  },
};
