import { randomBytes } from "node:crypto";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import { LivePage } from "./live-page.ts";
import type { PageDescription } from "./page/page-messages.ts";
import type { Report } from "./report.ts";
import { Screening } from "./screening.ts";
import { writeSnapshot } from "./snapshot.ts";
import type { StatusLine } from "./status-line.ts";

const usualPort = 7411;

/** How long the capture process may take until it is connected, in ms. */
const connectTimeout = 15_000;

/** Starts a capture process, shows on a page what comes from it, and ends when it is time, or when `interrupt` aborts. */
export async function runApp(
  options: DemoOptions,
  status: StatusLine,
  interrupt: AbortSignal,
): Promise<Report> {
  const description: PageDescription = { source: "starting", encoding: options.encoding, sound: false };
  await using page = await openPage(options.port, description);
  status.note(`Watch it at ${page.url}`);

  const path = socketPath(`demo-${process.pid}`);
  const token = randomBytes(32).toString("hex");
  await using capture = CaptureProcess.start({ options, path }, token);
  capture.once("source", ({ name, hasSound, note }) => {
    if (note) status.note(note);
    status.note(
      `Process ${capture.pid} captures the ${name} and sends it as ${options.encoding}. Ctrl-C ends both.`,
    );
    page.describe({ ...description, source: name, sound: hasSound });
  });

  const screening = new Screening(options, capture, page, status);
  const receiver = await connect(path, token, capture, interrupt);
  if (receiver) await screening.show(receiver, interrupt);
  await capture.stop();
  const failure = await capture.ended;
  if (failure) status.note(failure);
  page.end(failure ?? "The demo has ended.");
  if (options.snapshot && screening.lastPicture) await writeSnapshot(options.snapshot, screening.lastPicture);
  return screening.report(failure);
}

/** The receiver of what is captured; `undefined` where the capture process ends, or we are interrupted, before it connects. */
async function connect(
  path: string,
  token: string,
  capture: CaptureProcess,
  interrupt: AbortSignal,
): Promise<BroadcastReceiver | undefined> {
  const captureEnded = new AbortController();
  capture.ended.then(() => captureEnded.abort());
  const signal = AbortSignal.any([interrupt, captureEnded.signal, AbortSignal.timeout(connectTimeout)]);
  try {
    // Pictures are handed on as they come: the page decodes what is compressed.
    return await BroadcastReceiver.accept(path, { token, decode: false, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function openPage(port: number | undefined, description: PageDescription): Promise<LivePage> {
  try {
    return await LivePage.listen({ port: port ?? usualPort, description });
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return LivePage.listen({ port: 0, description });
  }
}
