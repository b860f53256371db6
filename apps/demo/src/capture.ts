// The capture process: started by the app process, it captures a source and uploads what it captures.
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

/** Not for the programs that a source starts. */
const token = process.env[tokenVariable];
delete process.env[tokenVariable];

/** How often the app is told the counts, in ms. */
const countsInterval = 250;

// The terminal interrupts both processes; when to stop is for the app to say.
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
  tell({ type: "source", name: source.name, hasSound: source.hasSound, takesInput });
  if (options.encoding === "jpeg") await tuneSharp();
  const uploader = await connect(path, new BroadcastImageCodec({ encoding: options.encoding }));
  const recording = recordPath === undefined ? undefined : await connectRecorder(recordPath);
  const fanOut = new FanOut(recording ? [uploader, recording] : [uploader]);
  const meter = new UsageMeter();
  const failed = new Promise<never>((_, reject) => {
    source.start({
      picture(sample) {
        meter.notePicture();
        fanOut.upload(sample);
      },
      sound: (sample) => fanOut.upload(sample),
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
    // By then the last pictures are sent and recorded.
    await fanOut.close();
    tell({ type: "report", ...counts(), usage: meter.usage });
  }
}

/** The app process restarts us rather than the other way round, so a connection that is lost is lost for good. */
async function connect(path: string, codec: BroadcastImageCodec): Promise<BroadcastUploader> {
  const uploader = await BroadcastUploader.connect(path, { codec, token, reconnect: false });
  uploader.on("failure", (error) => {
    tell({ type: "note", text: `Something could not be sent: ${(error as Error).message}.` });
  });
  return uploader;
}

async function connectRecorder(path: string): Promise<RecordingUploader> {
  const uploader = await connect(path, new BroadcastImageCodec());
  // Until it has said that it wants every picture, only the newest would be kept for it.
  if (!uploader.demand) await Promise.race([once(uploader, "demand"), uploader.closed]);
  return new RecordingUploader(uploader);
}

/** Does to the source what viewers do. */
async function takeOver(source: CaptureSource, uploader: BroadcastUploader): Promise<void> {
  for await (const { type, data } of uploader.messages()) {
    if (type === "input") source.input?.(data as InputMessage);
  }
}

/** sharp's cache and its threads are the whole process's, and so for the program to set: no picture comes twice here. */
async function tuneSharp(): Promise<void> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
}

function endAlone(): never {
  console.error("The app process is gone; the capture process ends.");
  process.exit(1);
}

function tell(message: CaptureMessage): void {
  // Where the app is gone already, 'disconnect' is about to say so.
  process.send?.(message, undefined, undefined, () => {});
}
