// The sending process of a pair.
import { reportFailures } from "./failure.ts";
import { type PairParameters, warmUp } from "./pair-parameters.ts";
import { type Header, type Sender, sendAhead } from "./peer.ts";
import { loadPeer } from "./peers/index.ts";
import { UsageMeter } from "./usage-meter.ts";

reportFailures();

// Exits if the receiver has ended.
process.once("disconnect", () => process.exit(1));

const parameters = JSON.parse(process.argv[2] ?? "") as PairParameters;
const payload = Buffer.allocUnsafeSlow(parameters.size).fill(7);
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

const peer = await loadPeer(parameters.peer, parameters.size);
const sender = await peer.sender(parameters.path);
const meter = new UsageMeter();
let startedAt = 0n;
const roundTrips = parameters.kind === "round trip" ? await pingPong(sender) : await stream(sender);
process.send?.({ usage: meter.usage, roundTrips, startedAt });
process.once("message", async (message) => {
  if (message !== "end") return;
  await sender.close();
  process.exit();
});

/**
 * Sends all messages and keeps at most {@link sendAhead} bytes unwritten. While one half of these bytes is written, the
 * sender encodes the other half.
 */
async function stream(sender: Sender): Promise<number[]> {
  const warm = warmUp(parameters.count);
  let half: Promise<unknown> | undefined;
  let bytes = 0;
  for (let sequence = 0; sequence < warm + parameters.count; sequence++) {
    if (sequence === warm) {
      startedAt = process.hrtime.bigint();
      meter.startCpu();
    }
    const sent = sender.send(header(sequence), payload);
    bytes += parameters.size;
    if (sender.isSerial) await sent;
    else if (sent && bytes >= sendAhead / 2) {
      await half;
      half = sent;
      bytes = 0;
    }
  }
  await sender.flush();
  return [];
}

async function pingPong(sender: Sender): Promise<number[]> {
  let onReply = () => {};
  sender.onMessage(() => onReply());
  const times: number[] = [];
  const warm = warmUp(parameters.count);
  for (let sequence = 0; sequence < warm + parameters.count; sequence++) {
    if (sequence === warm) meter.startCpu();
    const start = process.hrtime.bigint();
    await new Promise<void>((resolve) => {
      onReply = resolve;
      sender.send(header(sequence), payload);
      if (parameters.peer === "bare net loop") sender.flush();
    });
    if (sequence >= warm) times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return times;
}
