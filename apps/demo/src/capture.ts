// The capture process captures a source and uploads its frames and audio. The app process starts this program.
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import type { TransportConnectOptions } from "@broadcast-ipc/ipc-channel";
import { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import {
  type AppMessage,
  type CaptureMessage,
  type CaptureOrder,
  type FeedName,
  tokenVariable,
} from "./capture-messages.ts";
import type { CaptureSource } from "./capture-source.ts";
import { maxPayloadBytes } from "./channel-options.ts";
import { FeedLink } from "./feed-link.ts";
import { openSource } from "./open-source.ts";
import { ProcessFamily } from "./process-family.ts";
import { isResourceFailure } from "./resource-failure.ts";
import { SourceSink } from "./source-sink.ts";
import { SourceWatch } from "./source-watch.ts";
import { openCarrier } from "./transport.ts";
import { UsageMeter } from "./usage-meter.ts";

/** The token is deleted from the environment, so that child processes of the source do not inherit it. */
const token = process.env[tokenVariable];
delete process.env[tokenVariable];

/** Interval between two reports of the frame counts, in ms. */
const countsInterval = 250;

/** Longest wait for a source to stop, in ms. A browser that hangs does not stop; it is killed after this process has ended. */
const stopTimeout = 1000;

/** Longest wait for a recorder or publisher, in ms. It listens before the app process sends its path. */
const feedTimeout = 5000;

const { options, path, feeds }: CaptureOrder = JSON.parse(process.argv[2] ?? "");
/** Socket paths that the app process has sent before the source was open. */
const waiting: { [Name in FeedName]?: string | undefined } = feeds;
/** `undefined` until the source is open. */
let links: Readonly<Record<FeedName, FeedLink>> | undefined;
/** Aborts when the capture must end in an orderly way. */
const stop = new AbortController();
process.on("message", (message: AppMessage) => {
  if (message.type === "stop") {
    stop.abort();
  } else if (links) {
    // If the receiver is gone, the app process tells the user why.
    links[message.name].open(message.path).catch(() => {});
  } else {
    waiting[message.name] = message.path;
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", endAlone);
if (!process.connected) endAlone();
// Standard error belongs to the app process, and may be closed.
process.stderr.on("error", () => {});

try {
  await capture(stop.signal);
} catch (error) {
  await tellFailure(error as Error);
}
// The app process kills what is left and removes the temporary files. Without an app process, this process does so.
if (!process.connected) await new ProcessFamily(tmpdir()).end();
process.exit();

async function capture(signal: AbortSignal): Promise<void> {
  const { source, kind, note } = await openSource(options, signal);
  if (note) tell({ type: "note", text: note });
  const { name, hasAudio, takesInput } = source;
  tell({ type: "source", kind, name, hasAudio, takesInput });
  if (options.encoding === "jpeg") await tuneSharp();
  const codec = new BroadcastImageCodec({ encoding: options.encoding });
  const payloads = openCarrier(options, source.frameBytes);
  const uploader = await connect(path, codec, signal, { payloads });
  const targets = new FanOut({ viewer: uploader });
  const open = (path: string) =>
    connect(path, new BroadcastImageCodec(), signal, { giveUpAfter: feedTimeout });
  const recorder = new FeedLink({ name: "recorder", targets, connect: open });
  const livekit = new FeedLink({ name: "livekit", targets, connect: open });
  links = { recorder, livekit };
  // The recording must contain the first frame. The publisher may connect later. Either may be gone by now.
  if (waiting.livekit !== undefined) livekit.open(waiting.livekit).catch(() => {});
  if (waiting.recorder !== undefined) await recorder.open(waiting.recorder).catch(() => {});
  await broadcast(source, { uploader, targets, recorder, livekit }, signal);
}

interface Uploads {
  /** The uploader of the viewers. */
  readonly uploader: BroadcastUploader;
  readonly targets: FanOut;
  readonly recorder: FeedLink;
  readonly livekit: FeedLink;
}

/** Uploads the samples of the source until the signal aborts, the connection ends or the source fails. */
async function broadcast(
  source: CaptureSource,
  { uploader, targets, recorder, livekit }: Uploads,
  signal: AbortSignal,
): Promise<void> {
  const meter = new UsageMeter();
  let failed: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const watch =
    source.check &&
    new SourceWatch({
      check: () => source.check?.() ?? Promise.resolve(),
      isWanted: () => Boolean(targets.demand?.video),
      onSilence: (seconds) => failed(new Error(`the ${source.name} has not responded for ${seconds} s`)),
    });
  const onFrame = () => {
    meter.noteFrame();
    watch?.noteLife();
  };
  source.start(new SourceSink({ uploader, targets, livekit, onFrame, onFailure: failed }));
  const counts = () => {
    const { video, payloads } = uploader.stats();
    return { video, leftOut: recorder.leftOut, payloads, usage: meter.usage };
  };
  const counting = setInterval(() => tell({ type: "counts", ...counts() }), countsInterval);
  const stopped = signal.aborted ? Promise.resolve() : once(signal, "abort");
  // If the app process was killed, the connection ends before the signal aborts.
  const closed = uploader.closed.then(() => Promise.race([stopped, delay(stopTimeout)]));
  try {
    await Promise.race([stopped, closed, failure]);
  } catch (error) {
    // Told before the connection is closed, because the app process then asks this process to stop.
    await tellFailure(error as Error);
  }
  clearInterval(counting);
  watch?.stop();
  await Promise.race([source.stop(), delay(stopTimeout)]);
  const { payloads } = counts();
  // close() resolves after the last frames have been sent and recorded.
  await targets.close();
  await tell({ type: "report", ...counts(), payloads });
}

/** Connects an uploader that does not reconnect. After a failure, the app process starts a new capture process. */
async function connect(
  path: string,
  codec: BroadcastImageCodec,
  signal: AbortSignal,
  more: Pick<TransportConnectOptions, "giveUpAfter" | "payloads">,
): Promise<BroadcastUploader> {
  const options = { codec, token, signal, maxPayloadBytes, ...more, reconnect: false } as const;
  const uploader = await BroadcastUploader.connect(path, options);
  uploader.on("failure", (error) => {
    if (isTooMany(error)) return;
    tell({ type: "note", text: `A sample could not be sent: ${(error as Error).message}.` });
  });
  return uploader;
}

/** Whether a frame was left out because a recorder is too slow. The app process counts these frames, see FeedLink. */
function isTooMany(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "ERR_UPLOAD_TOO_MANY_PENDING";
}

/** Limits sharp to one thread per image in this process. Disables sharp's cache, because no frame is encoded twice. */
async function tuneSharp(): Promise<void> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
}

function endAlone(): void {
  console.error("The app process has ended; the capture process ends too.");
  process.exitCode = 1;
  stop.abort();
}

/** Reports a failure, unless the capture is being stopped: the programs of the source may have got the same signal. */
async function tellFailure(error: Error): Promise<void> {
  if (stop.signal.aborted) return;
  process.exitCode = 1;
  await tell({ type: "failed", message: error.message, isPassing: isResourceFailure(error) });
}

/** Resolves when the message is sent. If the app process has ended, a 'disconnect' event follows. */
function tell(message: CaptureMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
