// The capture process: started by the app process, it captures a source and uploads what it captures.
import { setTimeout as delay } from "node:timers/promises";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import {
  type AppMessage,
  type CaptureMessage,
  type CaptureOrder,
  tokenVariable,
} from "./capture-messages.ts";
import { openSource } from "./open-source.ts";
import { processUsage } from "./process-usage.ts";

/** How often the app is told the counts, in ms. */
const countsInterval = 250;

/** How long the last picture may take to be sent, in ms. */
const lastPictureTimeout = 500;

// The terminal interrupts both processes; when to stop is for the app to say.
process.on("SIGINT", () => {});

process.once("disconnect", endAlone);

try {
  await capture(JSON.parse(process.argv[2] ?? "") as CaptureOrder);
} catch (error) {
  tell({ type: "failed", message: (error as Error).message });
  process.exitCode = 1;
}
process.off("disconnect", endAlone);
process.disconnect();

async function capture({ options, path }: CaptureOrder): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    process.on("message", ({ type }: AppMessage) => type === "stop" && resolve());
  });
  const { source, note } = await openSource(options);
  tell({ type: "source", name: source.name, hasSound: source.hasSound, note });
  if (options.encoding === "jpeg") await tuneSharp();
  const codec = new BroadcastImageCodec({ encoding: options.encoding });
  const uploader = await BroadcastUploader.connect(path, {
    codec,
    token: process.env[tokenVariable],
    reconnect: false,
  });
  uploader.on("failure", (error) => console.error(error));
  let lastPicture: Promise<unknown> = Promise.resolve();
  const failed = new Promise<never>((_, reject) => {
    source.start({
      picture: (sample) => {
        lastPicture = uploader.upload(sample);
      },
      sound: (sample) => uploader.upload(sample),
      failed: reject,
    });
  });
  const counting = setInterval(() => tell({ type: "counts", video: uploader.stats().video }), countsInterval);
  try {
    await Promise.race([stopped, uploader.closed.then(({ by }) => by === "peer" && endAlone()), failed]);
  } finally {
    clearInterval(counting);
    source.stop();
    await Promise.race([lastPicture, delay(lastPictureTimeout)]);
    await uploader.close();
    tell({ type: "report", video: uploader.stats().video, usage: processUsage() });
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
