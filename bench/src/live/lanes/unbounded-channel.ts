import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { Lane } from "../lane.ts";
import { height, width } from "../live-parameters.ts";

interface Header {
  readonly type: "image";
  readonly width: number;
  readonly height: number;
  readonly timestamp: number;
}

/** Calls `send()` of a channel for every frame without awaiting it. */
export const unboundedChannelLane: Lane = {
  async sink({ path }) {
    const channel = await IPCChannel.connect<Header>(path, {});
    return {
      offer: ({ data, timestamp, ...frame }) => {
        const done = () => frame[Symbol.dispose]();
        channel.send({ type: "image", width, height, timestamp }, data).then(done, done);
      },
      close: () => channel.close(),
    };
  },
  async feed({ path }) {
    const channel = await IPCChannel.accept<Header>(path);
    return {
      async *frames() {
        for await (const message of channel) {
          yield {
            timestamp: message.header.timestamp,
            [Symbol.dispose]: () => message[Symbol.dispose](),
          };
        }
      },
      close: () => channel.close(),
    };
  },
};
