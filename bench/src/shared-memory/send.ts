// The sending process of a run.
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { FrameMeter } from "./frame-meter.ts";
import type { FrameHeader, FrameParameters } from "./frame-parameters.ts";
import { bytesOf, isShared, payloadsOf } from "./open-payloads.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as FrameParameters;
const { way, fps, ahead } = parameters;
const bytes = bytesOf(parameters);
/** The socket is kept busy by a second frame. A frame in shared memory is a short message. */
const mostSending = way === "socket" ? 2 : 1;
/** The memory of a source that cannot write into the region: one buffer for each send that may be pending. */
const buffers: Uint8Array[] = [];

const channel = await IPCChannel.connect<unknown, FrameHeader>(parameters.path, payloadsOf(parameters));
const meter = new FrameMeter(channel, "sent");
const idleFrame = new Uint8Array(1);
let sequence = 0;
/** Frames that the reader has not given back. */
let outstanding = 0;
let onGivenBack = () => {};
let isFlowing = false;

const commands: Record<string, () => void> = {
  start() {
    if (fps === undefined) void sendAll();
    else pace(performance.now(), 1000 / fps);
  },
  measure: () => meter.start(),
  stop: () => process.send?.(meter.report()),
};

void channel.forEach(() => {
  outstanding--;
  onGivenBack();
});
process.send?.({ type: "ready" });

/** Sends frames as fast as the reader gives them back. */
async function sendAll(): Promise<void> {
  const sending: Promise<void>[] = [];
  while (!channel.isClosed) {
    if (outstanding >= ahead) {
      await new Promise<void>((resolve) => {
        onGivenBack = resolve;
      });
    }
    sending.push(sendFrame());
    if (sending.length >= mostSending) await sending.shift();
  }
}

/** Sends a frame now and schedules the next one. The frame is left out if the reader has not given back enough others. */
function pace(dueAt: number, period: number): void {
  if (way === "nothing") {
    fill(idleFrame);
    if (!isFlowing) reportFlow();
  } else if (outstanding < ahead) void sendFrame();
  const now = performance.now();
  const next = Math.max(dueAt + period, now);
  setTimeout(pace, next - now, next, period);
}

async function sendFrame(): Promise<void> {
  outstanding++;
  meter.count();
  if (!isFlowing) reportFlow();
  if (way === "shared memory, filled in place") {
    using slot = channel.allocate(bytes);
    fill(slot);
    await channel.send({ sequence }, slot);
    return;
  }
  const frame = source();
  fill(frame);
  await channel.send({ sequence }, frame);
  buffers.push(frame);
}

/** Tells the parent process once that frames travel the chosen way. The first frames wait until the region is mapped. */
function reportFlow(): void {
  const { sent } = channel.stats().payloads ?? {};
  isFlowing = !isShared(parameters) || (sent?.messages ?? 0) > 0;
  if (isFlowing) process.send?.({ type: "flowing" });
}

function source(): Uint8Array {
  return buffers.pop() ?? new Uint8Array(bytes).fill(1);
}

/** Stands for the source of the frames: writes nothing but a counter. */
function fill(frame: Uint8Array): void {
  sequence++;
  frame[0] = sequence & 0xff;
}
