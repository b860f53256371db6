import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver, IPCChannelError } from "@broadcast-ipc/receiver";
import { CaptureProcess } from "./capture-process.ts";
import { heartbeat, maxPayloadBytes } from "./channel-options.ts";
import type { DemoOptions } from "./demo-options.ts";
import type { LiveKitAccess } from "./livekit/livekit-access.ts";
import { Publishing } from "./livekit/publishing.ts";
import { PageLink } from "./page-link.ts";
import { PageServer } from "./page-server.ts";
import { Recordings } from "./recordings.ts";
import type { Report } from "./report.ts";
import { Screening } from "./screening.ts";
import { checkSnapshotFile, writeSnapshot } from "./snapshot.ts";
import type { StatusLine } from "./status-line.ts";
import { statusParts } from "./status-parts.ts";
import { Supervisor } from "./supervisor.ts";
import { openCarrier, transportNote } from "./transport.ts";
import { isUnattended } from "./unattended.ts";

const usualPort = 7411;

/** Longest wait for the connections of the page to close, in ms. */
const closeTimeout = 1000;

/** Interval between two updates of the status line and the page's figures, in ms. */
const figuresInterval = 500;

/** Options of {@link runApp}. */
export interface AppOptions {
  readonly options: DemoOptions;
  /** How to join the LiveKit room; `undefined` without the sink `"livekit"`. */
  readonly access: LiveKitAccess | undefined;
  readonly status: StatusLine;
  /** Ends the run. */
  readonly interrupt: AbortSignal;
}

/**
 * Starts a capture process, and shows its frames on a page, in a LiveKit room, or both. Resolves with the report after
 * `--duration`, when `interrupt` aborts, or when no capture process or no publisher can be started. A capture process or a
 * publisher that has ended or hangs is replaced.
 */
export async function runApp(app: AppOptions): Promise<Report> {
  const { options, status } = app;
  if (options.snapshot) await checkSnapshotFile(options.snapshot);
  const receivers = new Readable({ objectMode: true, read() {} });
  const view = new LiveView(receivers, {
    // Everyone who knows the secret address of the page may watch and control.
    authorize: () => ({ watch: true, control: true }),
    // A run that is reported, recorded or ends by itself counts frames even if nobody watches.
    idleDemand: isUnattended(options) ? {} : null,
  });
  view.on("failure", (error) => {
    // The supervisor reports broken connections.
    if (!(error instanceof IPCChannelError)) status.noteOnce(`A frame could not be shown: ${error.message}.`);
  });
  view.on("refused", ({ reason }) => status.noteOnce(`A viewer was refused: ${reason}.`));
  const page = options.sinks.includes("page") ? await openPage(options, view) : undefined;
  try {
    return await broadcast({ ...app, view, page, receivers });
  } finally {
    await Promise.race([
      Promise.all([view.close(), page?.close()]),
      delay(closeTimeout, undefined, { ref: false }),
    ]);
  }
}

interface Run extends AppOptions {
  /** Shows what arrives to the viewers of the page. Without a page, it has no viewers and only counts what arrives. */
  readonly view: LiveView;
  readonly page: PageServer | undefined;
  /** Passes receivers to the view. */
  readonly receivers: Readable;
}

async function broadcast(run: Run): Promise<Report> {
  const { options, access, status, interrupt, view, page, receivers } = run;
  const path = socketPath(`demo-${process.pid}`);
  const token = randomBytes(32).toString("hex");
  const over = new AbortController();
  const signal = AbortSignal.any([interrupt, over.signal]);
  let current: CaptureProcess | undefined;
  await using publishing =
    access &&
    (await Publishing.start({
      ...{ access, path, token, status, signal },
      maxFps: options.framesPerSecond,
      onReady: (path) => current?.feed("livekit", path),
    }));
  const payloads = openCarrier(options);
  if (payloads?.unavailable !== undefined)
    status.noteOnce(transportNote({ via: "socket", reason: payloads.unavailable }));
  await using server = await BroadcastReceiver.listen(path, {
    ...{ token, maxPayloadBytes, heartbeat, payloads },
    // The view sets the demand.
    demand: { video: null, audio: null },
    // Compressed frames are not decoded, because the page receives them unchanged.
    decode: false,
  });
  const screening = new Screening(options, view);
  const link = new PageLink(view);
  await using recordings = new Recordings({
    path,
    token,
    status,
    onChange: () => link.tell("recording", recordings.state),
  });
  link.tell("recording", recordings.state);
  if (options.record) await recordings.start(options.record);
  let timer: NodeJS.Timeout | undefined;
  // After the first start, `auto` keeps its choice, even if another source can be opened faster at a later start.
  let { source } = options;
  link.onKill = () => current?.kill();
  link.onRecord = async () => {
    await recordings.toggle();
    if (recordings.path !== undefined) current?.feed("recorder", recordings.path);
  };

  const supervisor = new Supervisor({
    server,
    signal,
    async start() {
      status.show(["Opening the source…"]);
      const feeds = { recorder: recordings.path, livekit: publishing?.path };
      const capture = await CaptureProcess.start({ options: { ...options, source }, path, feeds }, token);
      current = capture;
      capture.on("note", (text) => status.noteOnce(text));
      capture.on("leftOut", (frames) => recordings.leaveOut(frames));
      capture.once("source", (opened) => {
        const { kind, name, hasAudio, takesInput } = opened;
        source = kind;
        link.tell("source", { kind, hasAudio, takesInput });
        if (page) status.noteOnce(`Watch it at ${page.url}`);
        status.note(
          `Process ${capture.pid} captures the ${name}. Ctrl-C ends ${publishing ? "all" : "both"}.`,
        );
      });
      return capture;
    },
    async show(receiver, capture) {
      screening.begin(receiver, capture);
      receiver.once("start", () => {
        if (options.duration) timer ??= setTimeout(() => over.abort(), options.duration * 1000);
      });
      receivers.push(receiver);
      await receiver.closed;
      screening.end();
    },
    onInterrupt(reason) {
      status.note(reason);
      view.interrupt(reason);
    },
  });
  let publishFailure: string | undefined;
  publishing?.ended.then((failure) => {
    if (failure === undefined) return;
    publishFailure = failure;
    status.note(failure);
    // The page continues without the room.
    if (!page) over.abort();
  });
  const figures = setInterval(() => {
    const figures = screening.takeFigures();
    if (figures) {
      link.tell("figures", figures);
      if (recordings.path !== undefined) link.tell("recording", recordings.state);
    }
    // While no source is open, the last notes say what happens.
    if (screening.source === undefined) return;
    const run = screening.run(figures, page !== undefined);
    const { seconds } = recordings;
    status.show(statusParts({ ...run, recorded: seconds, published: publishing?.summary, url: page?.url }));
  }, figuresInterval);
  let failure = await supervisor.run();
  clearTimeout(timer);
  clearInterval(figures);
  if (failure) status.note(failure);
  view.end(failure ?? "The demo has ended.");
  failure ??= publishFailure;
  const recordingFailure = await recordings.finish();
  failure ??= recordingFailure;
  const { snapshot } = options;
  if (snapshot) {
    await view
      .readNewest((frame) => writeSnapshot(snapshot, frame))
      .catch(({ message }: Error) => {
        status.note(message);
        failure ??= message;
      });
  }
  if (isUnattended(options) && !screening.hasFrame) failure ??= "No frame arrived.";
  return screening.report(failure, recordings.report);
}

async function openPage({ port }: DemoOptions, view: LiveView): Promise<PageServer> {
  try {
    return await PageServer.listen({ port: port ?? usualPort, view });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    if (port === undefined) return PageServer.listen({ port: 0, view });
    throw new Error(`Port ${port} is in use by another program; choose another --port, or leave it out.`, {
      cause: error,
    });
  }
}
