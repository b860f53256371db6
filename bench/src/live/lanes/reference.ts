import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import sharp from "sharp";
import type { Lane, LiveFrame } from "../lane.ts";
import { height, width } from "../live-parameters.ts";

const prefixBytes = 12;

/**
 * The method of the reference system, on Node's own sockets. A message is a JPEG of quality 100, preceded by its length
 * and timestamp. One frame is in flight until the consumer acknowledges it; frames captured in the meantime are
 * dropped. sharp reads BGRA as RGBA, because swapping the channels would take additional time.
 */
export const referenceLane: Lane = {
  async sink({ path }) {
    const socket = await dial(path);
    let [isBusy, dropped] = [false, 0];
    socket.on("data", () => {
      isBusy = false;
    });
    return {
      offer: async (frame) => {
        if (isBusy) {
          dropped++;
        } else {
          isBusy = true;
          await send(socket, frame);
        }
        frame[Symbol.dispose]();
      },
      get replaced() {
        return dropped;
      },
      close: () => void socket.destroy(),
    };
  },
  async feed({ path }) {
    const server = createServer().listen(path);
    const [socket] = (await once(server, "connection")) as [Socket];
    return {
      async *frames() {
        for await (const { timestamp, jpeg } of framesOf(socket)) {
          await sharp(jpeg).ensureAlpha().raw().toBuffer();
          yield { timestamp, [Symbol.dispose]: () => {} };
          socket.write("k");
        }
      },
      close: () => {
        socket.destroy();
        server.close();
      },
    };
  },
};

async function send(socket: Socket, { data, timestamp }: LiveFrame): Promise<void> {
  const jpeg = await sharp(data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality: 100 })
    .toBuffer();
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(jpeg.length);
  prefix.writeDoubleLE(timestamp, 4);
  socket.cork();
  socket.write(prefix);
  socket.write(jpeg);
  socket.uncork();
}

async function* framesOf(socket: Socket): AsyncGenerator<{ timestamp: number; jpeg: Buffer }> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < prefixBytes) continue;
    if ((chunks[0] as Buffer).length < prefixBytes) chunks = [Buffer.concat(chunks)];
    const [first] = chunks as [Buffer];
    if (bytes < prefixBytes + first.readUInt32LE()) continue;
    // The next frame is sent only after this one is acknowledged, so the chunks contain exactly one message.
    yield { timestamp: first.readDoubleLE(4), jpeg: Buffer.concat(chunks).subarray(prefixBytes) };
    [chunks, bytes] = [[], 0];
  }
}

async function dial(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      await delay(10);
    }
  }
}
