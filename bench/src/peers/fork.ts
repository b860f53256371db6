import type { Header, Peer } from "../peer.ts";

interface Data {
  readonly header: Header;
  readonly payload: Uint8Array;
}

/** The IPC channel of `child_process.fork()` with `serialization: "advanced"`. */
export const fork: Peer = {
  async receiver(_path, sender) {
    return {
      onMessage: (callback) => {
        sender.on("message", (message: Data) => {
          if (message.header) callback(message.header, message.payload);
        });
      },
      reply: (header, payload) => void sender.send({ header, payload } satisfies Data),
      close: () => {},
    };
  },
  async sender() {
    let last: Promise<unknown> = Promise.resolve();
    return {
      send: (header, payload) => {
        last = new Promise((resolve) => {
          process.send?.({ header, payload } satisfies Data, resolve);
        });
        return last;
      },
      flush: async () => void (await last),
      onMessage: (callback) => {
        process.on("message", (message: Data) => {
          if (message.header) callback();
        });
      },
      close: () => {},
    };
  },
};
