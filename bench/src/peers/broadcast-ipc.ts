import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { Header, OnMessage, Peer } from "../peer.ts";

async function read(channel: IPCChannel<Header>, callback: OnMessage): Promise<void> {
  for await (const message of channel) {
    const wait = callback(message.header, message.payload ?? new Uint8Array());
    if (wait) await wait;
    message[Symbol.dispose]();
  }
}

export const broadcastIpc: Peer = {
  async receiver(path) {
    const channel = await IPCChannel.accept<Header>(path);
    return {
      onMessage: (callback) => void read(channel, callback),
      reply: (header, payload) => void channel.send(header, payload),
      close: () => channel.close(),
    };
  },
  async sender(path) {
    const channel = await IPCChannel.connect<Header>(path);
    let last: Promise<void> = Promise.resolve();
    return {
      send: (header, payload) => {
        last = channel.send(header, payload);
        return last;
      },
      flush: () => last,
      onMessage: (callback) => void read(channel, () => void callback()),
      close: () => channel.close(),
    };
  },
};
