// Captures frames and hands them over to LiveKit's library in one process, without any package of this project.
import { LocalVideoTrack, VideoBufferType, VideoFrame, VideoSource } from "@livekit/rtc-node";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { height, width } from "../screen/screen-size.ts";
import { HandOverMeter } from "./hand-over-meter.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";
import type { PublisherReport } from "./livekit-report.ts";
import { openSource } from "./open-source.ts";
import { ProcessMeter } from "./process-meter.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as LiveKitParameters;
const bufferType = parameters.format === "BGRX" ? VideoBufferType.BGRA : VideoBufferType.I420;
const source = await openSource(parameters);
const video = new VideoSource(width, height);
LocalVideoTrack.createVideoTrack("screen", video);
const handOver = new HandOverMeter();
let meter = new ProcessMeter();

const commands: Record<string, () => void> = {
  start() {
    source.start((frame) => {
      video.captureFrame(new VideoFrame(frame.data, width, height, bufferType), BigInt(frame.timestamp));
      frame[Symbol.dispose]();
    });
  },
  measure() {
    handOver.start();
    meter = new ProcessMeter(source.programPid);
  },
  stop() {
    process.send?.({ type: "published", ...meter.figures, ...handOver.figures } satisfies PublisherReport);
  },
};

process.send?.({ type: "ready" });
