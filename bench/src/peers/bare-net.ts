import { once } from "node:events";
import { connect, createServer, Socket } from "node:net";
import type { Header, Peer } from "../peer.ts";

const header = {} as Header;

/** Returns a socket's `onread` option that calls back for every `size` bytes received. */
function readInPlace(size: number, callback: () => void) {
  // With at least 64 KiB of buffer, one read can return many small messages.
  const buffer = Buffer.allocUnsafeSlow(Math.max(size, 64 * 1024));
  let filled = 0;
  return {
    buffer: () => (size >= buffer.length ? buffer.subarray(filled) : buffer),
    callback: (length: number) => {
      filled += length;
      for (; filled >= size; filled -= size) callback();
      return true;
    },
  };
}

/** The minimum in Node: payloads of one known size, without header and framing, read into one reused buffer. */
export function bareNet(size: number): Peer {
  return {
    async receiver(path) {
      let socket: Socket | undefined;
      const server = createServer({ pauseOnConnect: true });
      server.listen(path);
      await once(server, "listening");
      return {
        onMessage: (callback) => {
          server.once("connection", (accepted: Socket & { _handle: unknown }) => {
            const payload = new Uint8Array(size);
            const onread = readInPlace(size, () => callback(header, payload));
            socket = new Socket({ handle: accepted._handle, onread } as never);
            accepted._handle = null;
            socket.read(0);
            server.close();
          });
        },
        reply: (_header, payload) => void socket?.write(payload),
        close: () => void socket?.destroy(),
      };
    },
    async sender(path) {
      let onMessage = () => {};
      const socket = connect({ path, onread: readInPlace(size, () => onMessage()) });
      await once(socket, "connect");
      let batch: Uint8Array[] = [];
      let last: Promise<unknown> = Promise.resolve();
      const write = () => {
        const joined = batch.length === 1 ? (batch[0] as Uint8Array) : Buffer.concat(batch);
        batch = [];
        last = new Promise((resolve) => socket.write(joined, resolve));
        return last;
      };
      return {
        // Small messages are written in batches of 64 KiB. flush() writes an incomplete batch at once.
        send: (_header, payload) => {
          batch.push(payload);
          return batch.length * size >= 64 * 1024 ? write() : undefined;
        },
        flush: async () => void (await (batch.length > 0 ? write() : last)),
        onMessage: (callback) => {
          onMessage = callback;
        },
        close: () => void socket.destroy(),
      };
    },
  };
}
