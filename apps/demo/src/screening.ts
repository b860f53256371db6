import type { BroadcastReceiver, ReceivedImageSample } from "@broadcast-ipc/receiver";
import type { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import type { InputMessage } from "./input-message.ts";
import type { LivePage } from "./live-page.ts";
import { totalCpuShare } from "./process-usage.ts";
import type { RecordingTask } from "./recording-task.ts";
import { formatBytes, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";
import { UsageMeter } from "./usage-meter.ts";

/** Interval between two updates of the status line and the page's figures, in ms. */
const figuresInterval = 500;

/** Longest wait for the first frame, in ms. */
const firstFrameTimeout = 10_000;

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
  /** Sum of the counts of earlier capture processes. */
  #earlier = { captured: 0, sent: 0, received: 0, replaced: 0, bytes: 0 };
  #lastFrame: ReceivedImageSample | undefined;
  readonly #meter = new UsageMeter();
  #firstFrameAt = 0;
  #lastFrameAt = 0;
  /** Received frames and bytes at the last update of the figures. */
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

  /**
   * Shows the samples of a receiver on the page. Resolves when the broadcast has ended: after the duration, if the
   * first frame does not arrive in time, when `interrupt` aborts, or when the uploader closes.
   */
  async show(receiver: BroadcastReceiver, capture: CaptureProcess, interrupt: AbortSignal): Promise<void> {
    this.#earlier = this.#counts;
    this.#capture = capture;
    this.#receiver = receiver;
    // After stop(), the capture process sends its last frame and closes the connection, which ends the loop below.
    const stop = () => capture.stop();
    interrupt.addEventListener("abort", stop, { once: true });
    if (interrupt.aborted) stop();
    receiver.on("failure", (error) => {
      this.#status.noteOnce(`A received sample could not be decoded: ${(error as Error).message}.`);
    });
    this.#connectPage(receiver);
    const figures = setInterval(() => this.#showFigures(), figuresInterval);
    let ending = setTimeout(stop, firstFrameTimeout);
    receiver.once("start", () => {
      clearTimeout(ending);
      const now = performance.now();
      this.#firstFrameAt ||= now;
      this.#before = { at: now, received: 0, bytes: 0 };
      if (!this.#options.duration) return;
      ending = setTimeout(stop, this.#options.duration * 1000 - (now - this.#firstFrameAt));
    });
    try {
      for await (const sample of receiver) {
        this.#page.publish(sample);
        if (sample.type !== "image") continue;
        this.#meter.noteFrame();
        this.#lastFrameAt = performance.now();
        this.#lastFrame = sample;
        this.onEncoding?.(encodingOf(sample));
      }
    } catch (error) {
      // If the process was killed, the app reports the kill, not the broken connection.
      await capture.stop();
      if (!capture.wasKilled) this.#status.note(`The broadcast failed: ${(error as Error).message}.`);
    } finally {
      clearTimeout(ending);
      clearInterval(figures);
      interrupt.removeEventListener("abort", stop);
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
    const { bytes, ...frames } = this.#counts;
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

  /** Sum of the counts of all capture processes. */
  get #counts(): { captured: number; sent: number; received: number; replaced: number; bytes: number } {
    const { captured, sent, received, replaced, bytes } = this.#earlier;
    const stats = this.#receiver?.stats();
    const reported = this.#capture?.video;
    const arrived = stats?.video.received ?? 0;
    // A killed capture process does not report its last frames. Lower bounds replace the missing counts: every received
    // frame was sent, and every sent or replaced frame was captured.
    const newlySent = Math.max(reported?.sent ?? 0, arrived);
    const newlyReplaced = reported?.replaced ?? 0;
    return {
      captured: captured + Math.max(reported?.captured ?? 0, newlySent + newlyReplaced),
      sent: sent + newlySent,
      received: received + arrived,
      replaced: replaced + newlyReplaced,
      bytes: bytes + (stats?.bytes ?? 0),
    };
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
    const replaced = this.#capture?.video?.replaced ?? 0;
    const { received } = stats.video;
    this.#page.showFigures({ framesPerSecond, received, replaced, bytes: stats.bytes, age: stats.age ?? {} });
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
