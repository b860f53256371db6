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

/** How long the capture process may take until it is connected, in ms. */
const connectTimeout = 15_000;

/**
 * Starts a capture process, shows on a page what comes from it, and ends when it is time, or when `interrupt` aborts.
 * A capture process that is killed is started again.
 */
export async function runApp(
  options: DemoOptions,
  status: StatusLine,
  interrupt: AbortSignal,
): Promise<Report> {
  if (options.snapshot) await checkSnapshotFile(options.snapshot);
  let description: PageDescription = { source: "starting", encoding: options.encoding, sound: false };
  await using page = await openPage(options.port, description);
  const path = socketPath(`demo-${process.pid}`);
  const token = randomBytes(32).toString("hex");
  // Pictures are handed on as they come: the page decodes what is compressed.
  await using server = await BroadcastReceiver.listen(path, { token, decode: false });
  await using recording = options.record
    ? await RecordingTask.start({ file: options.record, path: `${path}.record`, token, status })
    : undefined;
  const screening = new Screening(options, page, status, recording);
  const describe = (news: Partial<PageDescription>) => {
    description = { ...description, ...news };
    page.describe(description);
  };
  // How pictures come is not known before they do: some are compressed at their source.
  screening.onEncoding = (encoding) => encoding !== description.encoding && describe({ encoding });
  let failure: string | undefined;
  let isKilled = false;
  do {
    await using capture = CaptureProcess.start({ options, path, recordPath: recording?.path }, token);
    status.show(["Opening what is to be seen…"]);
    page.onKill = () => capture.kill();
    capture.on("note", (text) => status.noteOnce(text));
    capture.on("leftOut", (pictures) => recording?.leaveOut(pictures));
    capture.once("source", ({ name, hasSound, takesInput }) => {
      page.onInput = takesInput ? (input) => screening.input(input) : undefined;
      describe({ source: name, sound: hasSound });
      status.noteOnce(`Watch it at ${page.url}`);
      status.note(`Process ${capture.pid} captures the ${name}. Ctrl-C ends both.`);
    });
    const receiver = await next(server, capture, interrupt);
    if (receiver) await screening.show(receiver, capture, interrupt);
    await capture.stop();
    failure = await capture.ended;
    // One that is killed before it has shown anything would be so again.
    isKilled = capture.wasKilled && receiver !== undefined && !interrupt.aborted;
    if (!isKilled) continue;
    status.note("The capture process was killed; another one is started.");
    page.interrupt("The capture process was killed. Another one is starting…");
  } while (isKilled);
  if (failure) status.note(failure);
  page.end(failure ?? "The demo has ended.");
  const recordingFailure = await recording?.finish();
  failure ??= recordingFailure;
  if (options.snapshot && screening.lastPicture) {
    await writeSnapshot(options.snapshot, screening.lastPicture).catch(({ message }: Error) => {
      status.note(message);
      failure ??= message;
    });
  }
  return screening.report(failure);
}

/** The receiver of what is captured; `undefined` where the capture process ends, or we are interrupted, before it connects. */
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
    throw new Error(`Port ${port} is in use by another program; choose another with --port, or none.`, {
      cause: error,
    });
  }
}
