// The receiving process of a pair. It starts the sending process.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { type Failure, tellFailures } from "./failure.ts";
import { type Order, type Result, stallTime, type Usage, warmUp } from "./order.ts";
import type { Header } from "./peer.ts";
import { loadPeer } from "./peers/index.ts";
import { UsageMeter } from "./usage-meter.ts";

/** The sender's report. */
interface Sent {
  readonly usage: Usage;
  readonly roundTrips: number[];
  /** When the first measured message was sent, on the clock of the machine; the result includes the time spent waiting. */
  readonly startedAt: bigint;
}

tellFailures();
// The parent process has ended.
process.once("disconnect", () => process.exit());

const order = JSON.parse(process.argv[2] ?? "") as Order;
const child = fork(fileURLToPath(new URL("sender.ts", import.meta.url)), process.argv.slice(2), {
  execArgv: ["--import", "tsx"],
  serialization: "advanced",
});
const sent = new Promise<Sent>((resolve, reject) => {
  child.on("message", (message: Partial<Sent & Failure>) => {
    if (message.usage) resolve(message as Sent);
    if (message.failure) reject(new Error(`the sender: ${message.failure}`));
  });
  child.on("exit", (code, signal) => reject(new Error(`the sender ended with ${signal ?? code}`)));
});
// If the sender fails, this process ends at once.
sent.catch((error) => {
  throw error;
});

const peer = await loadPeer(order.peer, order.size);
const receiver = await peer.receiver(order.path, child);
const meter = new UsageMeter();
const warm = warmUp(order.count);
let received = 0;
let checksum: number | undefined;
let end = 0n;
let usage = meter.usage;
await new Promise<void>((resolve) => {
  receiver.onMessage((header, payload) => {
    if (order.kind === "stall") check(header, payload);
    received++;
    if (payload.length !== order.size) throw new Error(`expected ${order.size} bytes, got ${payload.length}`);
    if (order.kind === "round trip") receiver.reply(header, payload);
    if (received === warm) {
      meter.startCpu();
    }
    if (received === warm + order.count) {
      end = process.hrtime.bigint();
      usage = meter.usage;
      resolve();
    }
    return order.kind === "stall" && received === warm ? delay(stallTime) : undefined;
  });
});

const sender = await sent;
const result: Result = {
  seconds: Number(end - sender.startedAt) / 1e9,
  roundTrips: sender.roundTrips,
  receiver: usage,
  sender: sender.usage,
};
process.send?.(result);
child.send("end");
await once(child, "exit");
await receiver.close();
process.disconnect();

/** Throws unless this is the expected message, byte for byte. */
function check({ sequence }: Header, payload: Uint8Array): void {
  checksum ??= crc32(Buffer.alloc(order.size, 7));
  if (sequence !== received || crc32(payload) !== checksum)
    throw new Error(`message ${received} differs from the sent one`);
}
