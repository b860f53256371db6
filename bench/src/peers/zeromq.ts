import { pack, unpack } from "msgpackr";
import { Pull, Push } from "zeromq";
import { type Peer, sendAhead } from "../peer.ts";

/**
 * Header and payload are the two parts of one message over ipc://. zeromq.js requires that each send is awaited before
 * the next one.
 */
export function zeromq(size: number): Peer {
  // With the default high-water mark of 1,000 messages, frames could occupy 8 GB.
  const highWaterMark = Math.min(1000, Math.max(4, Math.round(sendAhead / size)));
  const push = () => new Push({ sendHighWaterMark: highWaterMark });
  const pull = () => new Pull({ receiveHighWaterMark: highWaterMark });
  return {
    async receiver(path) {
      const [socket, replies] = [pull(), push()];
      await Promise.all([socket.bind(`ipc://${path}`), replies.bind(`ipc://${path}.replies`)]);
      return {
        onMessage: async (callback) => {
          for await (const [header, payload] of socket) callback(unpack(header as Buffer), payload as Buffer);
        },
        reply: (header, payload) => void replies.send([pack(header), payload as Buffer]),
        close: () => {
          socket.close();
          replies.close();
        },
      };
    },
    async sender(path) {
      const [socket, replies] = [push(), pull()];
      socket.connect(`ipc://${path}`);
      replies.connect(`ipc://${path}.replies`);
      return {
        isSerial: true,
        send: (header, payload) => socket.send([pack(header), payload as Buffer]),
        flush: async () => {},
        onMessage: async (callback) => {
          for await (const _ of replies) callback();
        },
        close: () => {
          socket.close();
          replies.close();
        },
      };
    },
  };
}
