import { setImmediate as turn } from "node:timers/promises";
import type nodeIpcModule from "node-ipc";
import { type Header, type Peer, sendAhead } from "../peer.ts";

const configuration = {
  silent: true,
  maxConnections: 1,
  retry: 10,
  // Only version 14 has these options. Its defaults of 1 and 8 MiB are too small for frames.
  maxMessageSize: 64 * 1024 * 1024,
  maxPendingBytes: 1024 * 1024 * 1024,
};

/**
 * Messages are JSON with the payload in base64, because node-ipc does not support binary payloads. node-ipc does not
 * report what it has written, so the sender yields to the event loop after every {@link sendAhead} bytes.
 */
export function nodeIpc(ipc: typeof nodeIpcModule): Peer {
  return {
    async receiver(path) {
      Object.assign(ipc.config, configuration);
      let client: unknown;
      await new Promise<void>((resolve) => {
        ipc.serve(path, resolve);
        ipc.server.start();
      });
      return {
        onMessage: (callback) => {
          ipc.server.on(
            "data-message",
            ({ header, payload }: { header: Header; payload: string }, socket: unknown) => {
              client = socket;
              callback(header, Buffer.from(payload, "base64"));
            },
          );
        },
        reply: (header, payload) => {
          ipc.server.emit(client as never, "data-message", {
            header,
            payload: Buffer.from(payload).toString("base64"),
          });
        },
        close: () => ipc.server.stop(),
      };
    },
    async sender(path) {
      Object.assign(ipc.config, configuration);
      await new Promise<void>((resolve) => {
        ipc.connectTo("bench", path, () => ipc.of.bench?.on("connect", () => resolve()));
      });
      let bytes = 0;
      return {
        send: (header, payload) => {
          ipc.of.bench?.emit("data-message", { header, payload: Buffer.from(payload).toString("base64") });
          bytes += payload.length;
          if (bytes < sendAhead) return undefined;
          bytes = 0;
          return turn();
        },
        flush: async () => {},
        onMessage: (callback) => void ipc.of.bench?.on("data-message", callback),
        close: () => ipc.disconnect("bench"),
      };
    },
  };
}
