// The publisher process: publishes what the capture process uploads to a room without a server.
import { LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { HandOverMeter } from "./hand-over-meter.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";
import type { PublisherReport } from "./livekit-report.ts";
import { ProcessMeter } from "./process-meter.ts";
import { watchedRoom } from "./watched-room.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const { path } = JSON.parse(process.argv[2] ?? "") as LiveKitParameters;
const handOver = new HandOverMeter();
let meter = new ProcessMeter();

const commands: Record<string, () => void> = {
  measure() {
    handOver.start();
    meter = new ProcessMeter();
  },
  stop() {
    process.send?.({ type: "published", ...meter.figures, ...handOver.figures } satisfies PublisherReport);
  },
};

const receiver = await BroadcastReceiver.accept(path, { decode: false });
process.send?.({ type: "ready" });
const publisher = await LiveKitPublisher.publish(watchedRoom(), receiver);
publisher.on("failure", (error) => console.error(error));
