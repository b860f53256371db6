import type { LiveView } from "@broadcast-ipc/live-view";
import type { BroadcastReceiver } from "@broadcast-ipc/receiver";
import type { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import { FrameTotals } from "./frame-totals.ts";
import type { SourceFigures } from "./page/app-messages.ts";
import { totalCpuShare } from "./process-usage.ts";
import type { Report } from "./report.ts";
import type { RunStatus } from "./status-parts.ts";
import { transportUse } from "./transport.ts";
import { isUnattended } from "./unattended.ts";
import { UsageMeter } from "./usage-meter.ts";

/** Time without a frame after which nothing moves, in ms. The page says so after the same time. */
const stillTime = 2_000;

/** What the status line and the report say about the last frame. */
interface FrameKind {
  readonly encoding: string;
  readonly codedWidth: number;
  readonly codedHeight: number;
}

/** Counts what the receivers get, for the page's figures, the status line and the report. */
export class Screening {
  readonly #options: DemoOptions;
  readonly #view: LiveView;
  #capture: CaptureProcess | undefined;
  /** Whether the receiver of the capture process is connected. */
  #isConnected = false;
  #receiver: BroadcastReceiver | undefined;
  readonly #totals = new FrameTotals();
  readonly #meter = new UsageMeter();
  #lastFrame: FrameKind | undefined;
  #firstFrameAt = 0;
  #lastFrameAt = 0;
  /** The receiver's counts when the figures were taken last. */
  #before = { at: 0, received: 0, bytes: 0 };

  constructor(options: DemoOptions, view: LiveView) {
    this.#options = options;
    this.#view = view;
    view.on("frame", (frame) => {
      this.#meter.noteFrame();
      this.#lastFrameAt = performance.now();
      this.#firstFrameAt ||= this.#lastFrameAt;
      // The memory of the frame belongs to the view.
      const { codedWidth, codedHeight } = frame;
      this.#lastFrame = { encoding: "encoding" in frame ? frame.encoding : "raw", codedWidth, codedHeight };
    });
  }

  /** Whether a frame was received. */
  get hasFrame(): boolean {
    return this.#lastFrame !== undefined;
  }

  /** Starts to count for a capture process and its receiver. */
  begin(receiver: BroadcastReceiver, capture: CaptureProcess): void {
    this.#totals.begin(() => ({ reported: capture.video, received: receiver.stats() }));
    this.#capture = capture;
    this.#receiver = receiver;
    this.#isConnected = true;
    this.#before = { at: performance.now(), received: 0, bytes: 0 };
  }

  /** Records that the connection from the capture process has ended. The counts stay for the report. */
  end(): void {
    this.#isConnected = false;
  }

  /** Description of what is captured; `undefined` while no capture process is connected. */
  get source(): string | undefined {
    return this.#isConnected ? this.#capture?.source : undefined;
  }

  /** Returns the figures since the last call; `undefined` unless a capture process is connected and has sent a frame. */
  takeFigures(): SourceFigures | undefined {
    const stats = this.#isConnected ? this.#receiver?.stats() : undefined;
    if (!stats?.video.received || !this.#lastFrame) return undefined;
    const at = performance.now();
    const seconds = Math.max(0.001, (at - this.#before.at) / 1000);
    const framesPerSecond = (stats.video.received - this.#before.received) / seconds;
    const bytesPerSecond = (stats.bytes - this.#before.bytes) / seconds;
    this.#before = { at, received: stats.video.received, bytes: stats.bytes };
    const { encoding } = this.#lastFrame;
    return { framesPerSecond, bytesPerSecond, encoding, replaced: this.#totals.now.replaced, age: stats.age };
  }

  /** Returns what the status line says about the capture process and the viewers of the page. */
  run(
    figures: SourceFigures | undefined,
    hasPage: boolean,
  ): Omit<RunStatus, "recorded" | "published" | "url"> {
    const viewers = [...this.#view.viewers];
    const frame = this.#lastFrame;
    return {
      source: this.source ?? "",
      size: frame && `${frame.codedWidth}x${frame.codedHeight}`,
      figures,
      isMoving: performance.now() - this.#lastFrameAt < stillTime,
      viewers: hasPage ? viewers.length : undefined,
      isWanted: isUnattended(this.#options) || viewers.some((viewer) => !viewer.stats().isHidden),
      cpu: { app: this.#meter.usage.cpuShare, capture: this.#capture?.cpuShare ?? null },
    };
  }

  /** Returns the report of the run. `failure` is an error message. */
  report(failure: string | undefined, recording: Report["recording"]): Report {
    const frame = this.#lastFrame;
    const { bytes, ...frames } = this.#totals.now;
    const processes = { app: this.#meter.usage, capture: this.#capture?.usage ?? null };
    return {
      source: this.#capture?.source ?? "nothing",
      encoding: frame ? frame.encoding : this.#options.encoding,
      size: frame ? { width: frame.codedWidth, height: frame.codedHeight } : null,
      seconds: (this.#lastFrameAt - this.#firstFrameAt) / 1000,
      frames,
      recording,
      age: this.#receiver?.stats().age ?? null,
      bytes,
      transport: {
        app: transportUse(this.#receiver?.stats().payloads),
        capture: this.#capture?.transport ?? null,
      },
      processes,
      cpuShare: totalCpuShare([processes.app, processes.capture]),
      failure: failure ?? null,
    };
  }
}
