// The receiving process of a pair. It starts the sending process.
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { type Failure, reportFailures } from "./failure.ts";
import { type PairParameters, type Result, stallTime, type Usage, warmUp } from "./pair-parameters.ts";
import type { Header } from "./peer.ts";
import { loadPeer } from "./peers/index.ts";
import { UsageMeter } from "./usage-meter.ts";

/** Report of the sending process. */
interface Sent {
  readonly usage: Usage;
  readonly roundTrips: number[];
  /**
   * Time at which the sender sent the first measured message, by `process.hrtime.bigint()`. The measured duration begins
   * here, so it includes the time that the sender waits.
   */
  readonly startedAt: bigint;
}

reportFailures();
// Exits if the parent process has ended.
process.once("disconnect", () => process.exit());

const parameters = JSON.parse(process.argv[2] ?? "") as PairParameters;
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

const peer = await loadPeer(parameters.peer, parameters.size);
const receiver = await peer.receiver(parameters.path, child);
const meter = new UsageMeter();
const warm = warmUp(parameters.count);
let received = 0;
let checksum: number | undefined;
let end = 0n;
let usage = meter.usage;
await new Promise<void>((resolve) => {
  receiver.onMessage((header, payload) => {
    if (parameters.kind === "stall") check(header, payload);
    received++;
    if (payload.length !== parameters.size)
      throw new Error(`expected ${parameters.size} bytes, got ${payload.length}`);
    if (parameters.kind === "round trip") receiver.reply(header, payload);
    if (received === warm) {
      meter.startCpu();
    }
    if (received === warm + parameters.count) {
      end = process.hrtime.bigint();
      usage = meter.usage;
      resolve();
    }
    return parameters.kind === "stall" && received === warm ? delay(stallTime) : undefined;
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

/** Throws unless the message is the expected one, byte for byte. */
function check({ sequence }: Header, payload: Uint8Array): void {
  checksum ??= crc32(Buffer.alloc(parameters.size, 7));
  if (sequence !== received || crc32(payload) !== checksum)
    throw new Error(`message ${received} differs from the sent one`);
}
