import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { CaptureProcess } from "./capture-process.ts";
import { heartbeat, maxPayloadBytes } from "./channel-options.ts";
import type { DemoOptions } from "./demo-options.ts";
import { LivePage } from "./live-page.ts";
import type { PageDescription } from "./page/page-messages.ts";
import { RecordingTask } from "./recording-task.ts";
import type { Report } from "./report.ts";
import { Screening } from "./screening.ts";
import { checkSnapshotFile, writeSnapshot } from "./snapshot.ts";
import type { StatusLine } from "./status-line.ts";
import { Supervisor } from "./supervisor.ts";

const usualPort = 7411;

/** Longest wait for the connections of the page to close, in ms. */
const closeTimeout = 1000;

/**
 * Starts a capture process and serves a page that shows the captured frames. Resolves with the report after
 * `--duration`, when `interrupt` aborts, or when no capture process can be started. A capture process that has ended or
 * hangs is replaced.
 */
export async function runApp(
  options: DemoOptions,
  status: StatusLine,
  interrupt: AbortSignal,
): Promise<Report> {
  if (options.snapshot) await checkSnapshotFile(options.snapshot);
  const page = await openPage(options);
  try {
    return await broadcast(page, options, status, interrupt);
  } finally {
    await Promise.race([page.close(), delay(closeTimeout, undefined, { ref: false })]);
  }
}

async function broadcast(
  page: LivePage,
  options: DemoOptions,
  status: StatusLine,
  interrupt: AbortSignal,
): Promise<Report> {
  const path = socketPath(`demo-${process.pid}`);
  const token = randomBytes(32).toString("hex");
  // Compressed frames are not decoded, because the page receives them unchanged.
  const channel = { token, maxPayloadBytes, heartbeat };
  await using server = await BroadcastReceiver.listen(path, { ...channel, decode: false });
  await using recording = options.record
    ? await RecordingTask.start({ file: options.record, path: `${path}.record`, token, status })
    : undefined;
  const screening = new Screening(options, page, status, recording);
  let description = firstDescription(options);
  const describe = (news: Partial<PageDescription>) => {
    description = { ...description, ...news };
    page.describe(description);
  };
  // Some sources deliver compressed frames, so the encoding is known only when the first frame arrives.
  screening.onEncoding = (encoding) => encoding !== description.encoding && describe({ encoding });
  const duration = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  // After the first start, `auto` keeps to its choice, even if another source can be opened faster at a later start.
  let { source } = options;

  const supervisor = new Supervisor({
    server,
    signal: AbortSignal.any([interrupt, duration.signal]),
    async start() {
      status.show(["Opening the source…"]);
      const order = { options: { ...options, source }, path, recordPath: recording?.path };
      const capture = await CaptureProcess.start(order, token);
      page.onKill = () => capture.kill();
      capture.on("note", (text) => status.noteOnce(text));
      capture.on("leftOut", (frames) => recording?.leaveOut(frames));
      capture.once("source", (opened) => {
        source = opened.source;
        page.onInput = opened.takesInput ? (input) => screening.input(input) : undefined;
        describe({ source: opened.name, audio: opened.hasAudio });
        status.noteOnce(`Watch it at ${page.url}`);
        status.note(`Process ${capture.pid} captures the ${opened.name}. Ctrl-C ends both.`);
      });
      return capture;
    },
    show(receiver, capture) {
      receiver.once("start", () => {
        if (options.duration) timer ??= setTimeout(() => duration.abort(), options.duration * 1000);
      });
      return screening.show(receiver, capture);
    },
    onInterrupt(reason) {
      status.note(reason);
      page.interrupt(reason);
    },
  });
  let failure = await supervisor.run();
  clearTimeout(timer);
  if (failure) status.note(failure);
  page.end(failure ?? "The demo has ended.");
  const recordingFailure = await recording?.finish();
  failure ??= recordingFailure;
  if (options.snapshot && screening.lastFrame) {
    await writeSnapshot(options.snapshot, screening.lastFrame).catch(({ message }: Error) => {
      status.note(message);
      failure ??= message;
    });
  }
  return screening.report(failure);
}

function firstDescription({ encoding }: DemoOptions): PageDescription {
  return { source: "starting", encoding, audio: false };
}

async function openPage(options: DemoOptions): Promise<LivePage> {
  const { port } = options;
  const description = firstDescription(options);
  try {
    return await LivePage.listen({ port: port ?? usualPort, description });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    if (port === undefined) return LivePage.listen({ port: 0, description });
    throw new Error(`Port ${port} is in use by another program; choose another --port, or leave it out.`, {
      cause: error,
    });
  }
}
