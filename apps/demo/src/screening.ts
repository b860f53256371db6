import type { BroadcastReceiver, ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import type { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import { FrameTotals } from "./frame-totals.ts";
import type { InputMessage } from "./input-message.ts";
import type { LivePage } from "./live-page.ts";
import { totalCpuShare } from "./process-usage.ts";
import type { RecordingTask } from "./recording-task.ts";
import { formatBytes, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";
import { UsageMeter } from "./usage-meter.ts";

/** Interval between two updates of the status line and the page's figures, in ms. */
const figuresInterval = 500;

/** Passes samples from the receiver to the page, and counts them. */
export class Screening {
  /** Called with the encoding of each frame. */
  onEncoding: ((encoding: string) => void) | undefined;
  readonly #options: DemoOptions;
  readonly #page: LivePage;
  readonly #status: StatusLine;
  readonly #recording: RecordingTask | undefined;
  #capture: CaptureProcess | undefined;
  #receiver: BroadcastReceiver | undefined;
  readonly #totals = new FrameTotals();
  #lastFrame: ReceivedImageSample | undefined;
  readonly #meter = new UsageMeter();
  #firstFrameAt = 0;
  #lastFrameAt = 0;
  /** The receiver's counts at the last update of the figures. */
  #before = { at: 0, received: 0, bytes: 0 };

  constructor(
    options: DemoOptions,
    page: LivePage,
    status: StatusLine,
    recording: RecordingTask | undefined,
  ) {
    this.#recording = recording;
    this.#options = options;
    this.#page = page;
    this.#status = status;
  }

  /** The last received frame; `undefined` before the first frame. */
  get lastFrame(): ReceivedImageSample | undefined {
    return this.#lastFrame;
  }

  /** Shows the samples of a receiver on the page. Resolves when the receiver has ended. Never rejects. */
  async show(receiver: BroadcastReceiver, capture: CaptureProcess): Promise<void> {
    this.#totals.begin(() => ({ reported: capture.video, received: receiver.stats() }));
    this.#capture = capture;
    this.#receiver = receiver;
    const restartFigures = () => {
      this.#before = { at: performance.now(), received: 0, bytes: 0 };
    };
    restartFigures();
    receiver.once("start", restartFigures);
    receiver.on("failure", (error) => {
      this.#status.noteOnce(`A received sample could not be decoded: ${(error as Error).message}.`);
    });
    this.#connectPage(receiver);
    const figures = setInterval(() => this.#showFigures(), figuresInterval);
    try {
      for await (const sample of receiver) this.#publish(sample);
    } catch (error) {
      // The end of the capture process breaks the connection. The supervisor reports why the process has ended.
      const { code } = await receiver.closed;
      if (code === "error") this.#status.note(`The broadcast failed: ${(error as Error).message}.`);
    } finally {
      clearInterval(figures);
    }
    await receiver.close();
  }

  /** Passes a viewer's input to the capture process. */
  input(message: InputMessage): void {
    this.#receiver?.send("input", message);
  }

  /**
   * Returns the report of the run. The report contains the error message `failure` if the app passes one, or "No frame
   * arrived." if there was no frame.
   */
  report(failure: string | undefined): Report {
    const frame = this.#lastFrame;
    const { bytes, ...frames } = this.#totals.now;
    const processes = { app: this.#meter.usage, capture: this.#capture?.usage ?? null };
    return {
      source: this.#capture?.source ?? "nothing",
      encoding: frame ? encodingOf(frame) : this.#options.encoding,
      size: frame ? { width: frame.codedWidth, height: frame.codedHeight } : null,
      seconds: (this.#lastFrameAt - this.#firstFrameAt) / 1000,
      frames,
      recording: this.#recording?.report ?? null,
      age: this.#receiver?.stats().age ?? null,
      bytes,
      processes,
      cpuShare: totalCpuShare([processes.app, processes.capture]),
      failure: failure ?? (frame ? null : "No frame arrived."),
    };
  }

  #publish(sample: Sample<boolean>): void {
    this.#page.publish(sample);
    if (sample.type !== "image") return;
    this.#meter.noteFrame();
    this.#lastFrameAt = performance.now();
    this.#firstFrameAt ||= this.#lastFrameAt;
    this.#lastFrame = sample;
    this.onEncoding?.(encodingOf(sample));
  }

  /** Enables the receiver's audio while at least one viewer has audio turned on. */
  #connectPage(receiver: BroadcastReceiver): void {
    const page = this.#page;
    page.onAudioDemand = (isWanted) => (isWanted ? receiver.enableAudio() : receiver.disableAudio());
    if (page.isAudioWanted) receiver.enableAudio();
  }

  #showFigures(): void {
    const stats = this.#receiver?.stats();
    if (!stats) return;
    const at = performance.now();
    const seconds = (at - this.#before.at) / 1000;
    const framesPerSecond = (stats.video.received - this.#before.received) / seconds;
    const bytesPerSecond = (stats.bytes - this.#before.bytes) / seconds;
    this.#before = { at, received: stats.video.received, bytes: stats.bytes };
    const { received, replaced, bytes } = this.#totals.now;
    this.#page.showFigures({ framesPerSecond, received, replaced, bytes, age: stats.age ?? {} });
    if (!this.#lastFrame) return;
    const { codedWidth, codedHeight } = this.#lastFrame;
    const encoding = encodingOf(this.#lastFrame);
    this.#status.show([
      `${this.#capture?.source} ${codedWidth}x${codedHeight} ${encoding}`,
      `${framesPerSecond.toFixed(1).padStart(5)} fps`,
      stats.age ? `age p50 ${stats.age.p50.toFixed(1)} ms` : "age unknown",
      `${formatBytes(bytesPerSecond)}/s`,
      `${replaced} replaced`,
      `${this.#page.viewers} watching`,
      ...(this.#recording ? [`recorded ${this.#recording.seconds.toFixed(1)} s`] : []),
      this.#page.url,
    ]);
  }
}

function encodingOf(frame: ReceivedImageSample): string {
  return "encoding" in frame ? frame.encoding : "raw";
}
