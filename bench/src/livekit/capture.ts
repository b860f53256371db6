// The capture process: uploads frames to the publisher process.
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { height, width } from "../screen/screen-size.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";
import type { CaptureReport } from "./livekit-report.ts";
import { openSource } from "./open-source.ts";
import { ProcessMeter } from "./process-meter.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as LiveKitParameters;
const source = await openSource(parameters);
const uploader = await BroadcastUploader.connect(parameters.path);
// The colour space that the LiveKit library assumes, and that ffmpeg converts to by default.
const colors =
  parameters.format === "I420" ? { colorSpace: { matrix: "smpte170m", fullRange: false } as const } : {};
let meter = new ProcessMeter();

const commands: Record<string, () => void> = {
  start() {
    source.start((frame) => {
      void uploader.upload({
        type: "image",
        format: parameters.format,
        codedWidth: width,
        codedHeight: height,
        ...colors,
        ...frame,
      });
    });
  },
  measure() {
    meter = new ProcessMeter(source.programPid);
  },
  stop() {
    process.send?.({ type: "captured", ...meter.figures } satisfies CaptureReport);
  },
};

process.send?.({ type: "ready" });
