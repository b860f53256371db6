import { randomBytes } from "node:crypto";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver, type BroadcastServer } from "@broadcast-ipc/receiver";
import { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import { LivePage } from "./live-page.ts";
import type { PageDescription } from "./page/page-messages.ts";
import { RecordingTask } from "./recording-task.ts";
import type { Report } from "./report.ts";
import { Screening } from "./screening.ts";
import { checkSnapshotFile, writeSnapshot } from "./snapshot.ts";
import type { StatusLine } from "./status-line.ts";

const usualPort = 7411;

/** Longest wait for the capture process to connect, in ms. */
const connectTimeout = 15_000;

/**
 * Starts a capture process and serves a page that shows the captured frames. Resolves with the report after
 * `--duration`, when the capture process ends, or when `interrupt` aborts. A killed capture process is restarted.
 */
export async function runApp(
  options: DemoOptions,
  status: StatusLine,
  interrupt: AbortSignal,
): Promise<Report> {
  if (options.snapshot) await checkSnapshotFile(options.snapshot);
  let description: PageDescription = { source: "starting", encoding: options.encoding, audio: false };
  await using page = await openPage(options.port, description);
  const path = socketPath(`demo-${process.pid}`);
  const token = randomBytes(32).toString("hex");
  // Compressed frames are not decoded, because the page receives them unchanged.
  await using server = await BroadcastReceiver.listen(path, { token, decode: false });
  await using recording = options.record
    ? await RecordingTask.start({ file: options.record, path: `${path}.record`, token, status })
    : undefined;
  const screening = new Screening(options, page, status, recording);
  const describe = (news: Partial<PageDescription>) => {
    description = { ...description, ...news };
    page.describe(description);
  };
  // Some sources deliver compressed frames, so the encoding is known only when the first frame arrives.
  screening.onEncoding = (encoding) => encoding !== description.encoding && describe({ encoding });
  let failure: string | undefined;
  let isKilled = false;
  do {
    await using capture = CaptureProcess.start({ options, path, recordPath: recording?.path }, token);
    status.show(["Opening the source…"]);
    page.onKill = () => capture.kill();
    capture.on("note", (text) => status.noteOnce(text));
    capture.on("leftOut", (frames) => recording?.leaveOut(frames));
    capture.once("source", ({ name, hasAudio, takesInput }) => {
      page.onInput = takesInput ? (input) => screening.input(input) : undefined;
      describe({ source: name, audio: hasAudio });
      status.noteOnce(`Watch it at ${page.url}`);
      status.note(`Process ${capture.pid} captures the ${name}. Ctrl-C ends both.`);
    });
    const receiver = await next(server, capture, interrupt);
    if (receiver) await screening.show(receiver, capture, interrupt);
    await capture.stop();
    failure = await capture.ended;
    // A process that is killed before it connects is not restarted, because it would probably be killed again.
    isKilled = capture.wasKilled && receiver !== undefined && !interrupt.aborted;
    if (!isKilled) continue;
    status.note("The capture process was killed; starting another one.");
    page.interrupt("The capture process was killed. Starting another one…");
  } while (isKilled);
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

/**
 * Waits until the capture process connects. Resolves with `undefined` if the capture process ends, the wait times out
 * or `interrupt` aborts first.
 */
async function next(
  server: BroadcastServer,
  capture: CaptureProcess,
  interrupt: AbortSignal,
): Promise<BroadcastReceiver | undefined> {
  const captureEnded = new AbortController();
  capture.ended.then(() => captureEnded.abort());
  const signal = AbortSignal.any([interrupt, captureEnded.signal, AbortSignal.timeout(connectTimeout)]);
  try {
    const { value } = await server.receivers({ signal }).next();
    return value;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function openPage(port: number | undefined, description: PageDescription): Promise<LivePage> {
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
