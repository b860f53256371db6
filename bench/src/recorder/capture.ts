// The capture process: uploads the screen, and a tone in samples of 20 ms.
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { ScreenGrab } from "../screen/screen-grab.ts";
import { height, width } from "../screen/screen-size.ts";
import type { CaptureEnd, ProcessIds, RecordingParameters } from "./recording-parameters.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.once("message", ({ type }: BenchMessage) => type === "stop" && stop());

const { socket, display } = JSON.parse(process.argv[2] ?? "") as RecordingParameters;
const numberOfFrames = 960;
const uploader = await BroadcastUploader.connect(socket, { reconnect: false });
await uploader.wanted();
const screen = await ScreenGrab.open({ display, format: "BGRX" });
let isStopped = false;

screen.start((frame) => {
  if (isStopped) return;
  const geometry = { type: "image", format: "BGRX", codedWidth: width, codedHeight: height } as const;
  void uploader.upload({ ...geometry, ...frame });
});

// 20 ms of 450 Hz are nine whole periods.
const tone = new Int16Array(numberOfFrames * 2).map(
  (_, index) => 8000 * Math.sin((2 * Math.PI * 450 * Math.floor(index / 2)) / 48_000),
);
const begin = now();
let samples = 0;
const playing = setInterval(() => {
  for (; begin + (samples + 1) * 20_000 <= now(); samples++) {
    const form = { format: "s16", sampleRate: 48_000, numberOfChannels: 2, numberOfFrames } as const;
    const timestamp = begin + samples * 20_000;
    void uploader.upload({ type: "audio", ...form, data: new Uint8Array(tone.buffer), timestamp });
  }
}, 10);

process.send?.({ type: "running", pid: process.pid, ffmpegPid: screen.programPid ?? 0 } satisfies ProcessIds);

async function stop(): Promise<void> {
  isStopped = true;
  clearInterval(playing);
  await uploader.close();
  const { captured } = uploader.stats().video;
  process.send?.({ type: "captured", frames: captured } satisfies CaptureEnd);
}
