// The capture process captures a source and uploads its frames and audio. The app process starts this program.
import { once } from "node:events";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import {
  type AppMessage,
  type CaptureMessage,
  type CaptureOrder,
  tokenVariable,
} from "./capture-messages.ts";
import type { CaptureSource } from "./capture-source.ts";
import { FanOut } from "./fan-out.ts";
import type { InputMessage } from "./input-message.ts";
import { openSource } from "./open-source.ts";
import { RecordingUploader } from "./recording-uploader.ts";
import { UsageMeter } from "./usage-meter.ts";

/** The token is deleted from the environment, so that child processes of the source do not inherit it. */
const token = process.env[tokenVariable];
delete process.env[tokenVariable];

/** Interval between two reports of the frame counts, in ms. */
const countsInterval = 250;

// Ctrl-C sends SIGINT to both processes. This process ignores the signal and ends when the app process sends "stop".
process.on("SIGINT", () => {});

process.once("disconnect", endAlone);
if (!process.connected) endAlone();

try {
  await capture(JSON.parse(process.argv[2] ?? "") as CaptureOrder);
} catch (error) {
  tell({ type: "failed", message: (error as Error).message });
  process.exitCode = 1;
}
process.off("disconnect", endAlone);
process.disconnect();

async function capture({ options, path, recordPath }: CaptureOrder): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.on("message", ({ type }: AppMessage) => type === "stop" && resolve());
  });
  const { source, note } = await openSource(options);
  if (note) tell({ type: "note", text: note });
  const takesInput = source.input !== undefined;
  tell({ type: "source", name: source.name, hasAudio: source.hasAudio, takesInput });
  if (options.encoding === "jpeg") await tuneSharp();
  const uploader = await connect(path, new BroadcastImageCodec({ encoding: options.encoding }));
  const recording = recordPath === undefined ? undefined : await connectRecorder(recordPath);
  const fanOut = new FanOut(recording ? [uploader, recording] : [uploader]);
  const meter = new UsageMeter();
  const failed = new Promise<never>((_, reject) => {
    source.start({
      frame(sample) {
        meter.noteFrame();
        fanOut.upload(sample);
      },
      audio: (sample) => fanOut.upload(sample),
      failed: reject,
    });
  });
  takeOver(source, uploader);
  const counts = () => ({ video: uploader.stats().video, leftOut: recording?.leftOut ?? 0 });
  const counting = setInterval(() => tell({ type: "counts", ...counts() }), countsInterval);
  try {
    await Promise.race([stopped, uploader.closed.then(({ by }) => by === "peer" && endAlone()), failed]);
  } finally {
    clearInterval(counting);
    await source.stop();
    // close() resolves after the last frames have been sent and recorded.
    await fanOut.close();
    tell({ type: "report", ...counts(), usage: meter.usage });
  }
}

/** Connects an uploader that does not reconnect. After a failure, the app process starts a new capture process. */
async function connect(path: string, codec: BroadcastImageCodec): Promise<BroadcastUploader> {
  const uploader = await BroadcastUploader.connect(path, { codec, token, reconnect: false });
  uploader.on("failure", (error) => {
    tell({ type: "note", text: `A sample could not be sent: ${(error as Error).message}.` });
  });
  return uploader;
}

async function connectRecorder(path: string): Promise<RecordingUploader> {
  const uploader = await connect(path, new BroadcastImageCodec());
  // Waits for the recorder's demand, because the uploader keeps only the newest frame until the demand arrives.
  if (!uploader.demand) await Promise.race([once(uploader, "demand"), uploader.closed]);
  return new RecordingUploader(uploader);
}

/** Passes the viewers' input to the source until the uploader is closed. */
async function takeOver(source: CaptureSource, uploader: BroadcastUploader): Promise<void> {
  for await (const { type, data } of uploader.messages()) {
    if (type === "input") source.input?.(data as InputMessage);
  }
}

/** Limits sharp to one thread per image in this process. Disables sharp's cache, because no frame is encoded twice. */
async function tuneSharp(): Promise<void> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
}

function endAlone(): never {
  console.error("The app process has ended; the capture process ends too.");
  process.exit(1);
}

function tell(message: CaptureMessage): void {
  // The error is ignored: if the app process has ended, a 'disconnect' event follows.
  process.send?.(message, undefined, undefined, () => {});
}
