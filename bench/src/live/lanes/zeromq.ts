import { pack, unpack } from "msgpackr";
import { Pull, Push } from "zeromq";
import type { Lane } from "../lane.ts";
import { height, width } from "../live-parameters.ts";
import { NewestSlot } from "../newest-slot.ts";

/**
 * PUSH and PULL with high-water marks of 1, behind a slot that keeps only the newest frame. Header and frame are the
 * two parts of one message.
 * zeromq sends from the memory of the frame and does not report when it no longer needs that memory. Therefore sent
 * frames are left to the garbage collector.
 */
export const zeromqLane: Lane = {
  async sink({ path }) {
    const push = new Push({ sendHighWaterMark: 1, linger: 0 });
    push.connect(`ipc://${path}`);
    const slot = new NewestSlot(async ({ data, timestamp }) => {
      const payload = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      await push.send([pack({ type: "image", width, height, timestamp }), payload]).catch(() => {});
    });
    return {
      offer: (frame) => slot.offer(frame),
      get replaced() {
        return slot.replaced;
      },
      close: () => push.close(),
    };
  },
  async feed({ path }) {
    const pull = new Pull({ receiveHighWaterMark: 1 });
    await pull.bind(`ipc://${path}`);
    return {
      async *frames() {
        for await (const [header] of pull) {
          yield { timestamp: unpack(header as Buffer).timestamp as number, [Symbol.dispose]: () => {} };
        }
      },
      close: () => pull.close(),
    };
  },
};
