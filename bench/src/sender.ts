// The sending process of a pair.
import { type Order, warmUp } from "./order.ts";
import type { Header, Sender } from "./peer.ts";
import { findPeer } from "./peers/index.ts";
import { UsageMeter } from "./usage-meter.ts";

// A receiver that was given up on leaves nobody behind.
process.once("disconnect", () => process.exit(1));

const order = JSON.parse(process.argv[2] ?? "") as Order;
const payload = Buffer.allocUnsafeSlow(order.size).fill(7);
const header = (sequence: number): Header => {
  return {
    type: "image",
    width: 1920,
    height: 1080,
    rotation: 0,
    timestamp: 1_700_000_000_000_123,
    sequence,
  };
};

const sender = await findPeer(order.peer, order.size).sender(order.path);
const meter = new UsageMeter();
let startedAt = 0n;
const roundTrips = order.kind === "round trip" ? await pingPong(sender) : await stream(sender);
process.send?.({ usage: meter.usage, roundTrips, startedAt });
process.once("message", async (message) => {
  if (message !== "end") return;
  await sender.close();
  process.exit();
});

async function stream(sender: Sender): Promise<number[]> {
  const warm = warmUp(order.count);
  for (let sequence = 0; sequence < warm + order.count; sequence++) {
    if (sequence === warm) {
      startedAt = process.hrtime.bigint();
      meter.startCpu();
    }
    const wait = sender.send(header(sequence), payload);
    if (wait) await wait;
  }
  await sender.flush();
  return [];
}

async function pingPong(sender: Sender): Promise<number[]> {
  let onReply = () => {};
  sender.onMessage(() => onReply());
  const times: number[] = [];
  const warm = warmUp(order.count);
  for (let sequence = 0; sequence < warm + order.count; sequence++) {
    if (sequence === warm) meter.startCpu();
    const start = process.hrtime.bigint();
    await new Promise<void>((resolve) => {
      onReply = resolve;
      sender.send(header(sequence), payload);
      if (order.peer === "bare net loop") sender.flush();
    });
    if (sequence >= warm) times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return times;
}
