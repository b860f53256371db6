// The reading process of a run.
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { FrameMeter } from "./frame-meter.ts";
import type { FrameHeader, FrameParameters, Look } from "./frame-parameters.ts";
import { bytesOf, payloadsOf } from "./open-payloads.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as FrameParameters;
const bytes = bytesOf(parameters);
const rowBytes = parameters.width * 4;
const copy = new Uint8Array(bytes).fill(1);

const channel = await IPCChannel.accept<FrameHeader, object>(parameters.path, payloadsOf(parameters));
const meter = new FrameMeter(channel, "received");

const commands: Record<string, () => void> = {
  measure: () => meter.start(),
  stop: () => process.send?.(meter.report()),
};
/** Each returns a number that depends on the pixels, so that no reading can be left out. */
const looks: Record<Look, (frame: Uint8Array, sequence: number) => number> = {
  none: () => 0,
  copy: (frame, sequence) => {
    copy.set(frame);
    return check(copy, sequence);
  },
  rows: (frame, sequence) => {
    let sum = check(frame, sequence);
    for (let offset = rowBytes; offset < bytes; offset += rowBytes) sum += frame[offset] as number;
    return sum;
  },
};
const look = looks[parameters.look];

process.send?.({ type: "ready" });
for await (const message of channel) {
  const { header, payload = new Uint8Array() } = message;
  if (payload.length !== bytes) throw new Error(`expected ${bytes} bytes, got ${payload.length}`);
  const seen = look(payload, header.sequence);
  meter.count();
  message[Symbol.dispose]();
  void channel.send({ seen });
}

/** Returns the first byte. Throws unless the frame is the one that belongs to the header. */
function check(frame: Uint8Array, sequence: number): number {
  const [first = Number.NaN] = frame;
  if (first !== (sequence & 0xff)) throw new Error(`frame ${sequence} has the pixels of another frame`);
  return first;
}
