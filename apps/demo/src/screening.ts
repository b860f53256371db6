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

/** How often the status line and the page's figures are brought up to date, in ms. */
const figuresInterval = 500;

/** How long the first picture may take, in ms. */
const firstPictureTimeout = 10_000;

/** Hands on to the page what a receiver yields, and keeps count of it. */
export class Screening {
  /** Told how each picture is encoded. */
  onEncoding: ((encoding: string) => void) | undefined;
  readonly #options: DemoOptions;
  readonly #page: LivePage;
  readonly #status: StatusLine;
  readonly #recording: RecordingTask | undefined;
  #capture: CaptureProcess | undefined;
  #receiver: BroadcastReceiver | undefined;
  /** What capture processes that are gone have done. */
  #earlier = { captured: 0, sent: 0, received: 0, replaced: 0, bytes: 0 };
  #lastPicture: ReceivedImageSample | undefined;
  readonly #meter = new UsageMeter();
  #firstPictureAt = 0;
  #lastPictureAt = 0;
  /** What was received when the figures were last brought up to date. */
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

  /** The newest picture that has come. */
  get lastPicture(): ReceivedImageSample | undefined {
    return this.#lastPicture;
  }

  /** Resolves when the broadcast has ended: the time is up, no picture came, `interrupt` aborted, or the other side went. */
  async show(receiver: BroadcastReceiver, capture: CaptureProcess, interrupt: AbortSignal): Promise<void> {
    this.#earlier = this.#counts;
    this.#capture = capture;
    this.#receiver = receiver;
    // The other side sends its last picture and ends the broadcast, and with that the loop below ends.
    const stop = () => capture.stop();
    interrupt.addEventListener("abort", stop, { once: true });
    if (interrupt.aborted) stop();
    receiver.on("failure", (error) => {
      this.#status.noteOnce(`Something that came could not be read: ${(error as Error).message}.`);
    });
    this.#connectPage(receiver);
    const figures = setInterval(() => this.#showFigures(), figuresInterval);
    let ending = setTimeout(stop, firstPictureTimeout);
    receiver.once("start", () => {
      clearTimeout(ending);
      const now = performance.now();
      this.#firstPictureAt ||= now;
      this.#before = { at: now, received: 0, bytes: 0 };
      if (!this.#options.duration) return;
      ending = setTimeout(stop, this.#options.duration * 1000 - (now - this.#firstPictureAt));
    });
    try {
      for await (const sample of receiver) {
        this.#page.publish(sample);
        if (sample.type !== "image") continue;
        this.#meter.notePicture();
        this.#lastPictureAt = performance.now();
        this.#lastPicture = sample;
        this.onEncoding?.(encodingOf(sample));
      }
    } catch (error) {
      // That a connection ends with a killed process is no news.
      await capture.stop();
      if (!capture.wasKilled) this.#status.note(`The broadcast broke off: ${(error as Error).message}.`);
    } finally {
      clearTimeout(ending);
      clearInterval(figures);
      interrupt.removeEventListener("abort", stop);
    }
    await receiver.close();
  }

  /** Hands on to what is watched what a viewer does. */
  input(message: InputMessage): void {
    this.#receiver?.send("input", message);
  }

  /** What it came to; `failure` says what went wrong besides. */
  report(failure: string | undefined): Report {
    const picture = this.#lastPicture;
    const { bytes, ...frames } = this.#counts;
    const processes = { app: this.#meter.usage, capture: this.#capture?.usage ?? null };
    return {
      source: this.#capture?.source ?? "nothing",
      encoding: picture ? encodingOf(picture) : this.#options.encoding,
      size: picture ? { width: picture.codedWidth, height: picture.codedHeight } : null,
      seconds: (this.#lastPictureAt - this.#firstPictureAt) / 1000,
      frames,
      recording: this.#recording?.report ?? null,
      age: this.#receiver?.stats().age ?? null,
      bytes,
      processes,
      cpuShare: totalCpuShare([processes.app, processes.capture]),
      failure: failure ?? (picture ? null : "No picture came."),
    };
  }

  /** Of all capture processes so far. */
  get #counts(): { captured: number; sent: number; received: number; replaced: number; bytes: number } {
    const { captured, sent, received, replaced, bytes } = this.#earlier;
    const stats = this.#receiver?.stats();
    const reported = this.#capture?.video;
    const arrived = stats?.video.received ?? 0;
    // A capture process reports its counts four times a second. When it is killed, the last report is missing, so the
    // pictures that have arrived count as captured and sent, beside those that it had reported as replaced.
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

  /** Whether viewers want sound goes to the capture process. */
  #connectPage(receiver: BroadcastReceiver): void {
    const page = this.#page;
    page.onSoundDemand = (isWanted) => (isWanted ? receiver.enableAudio() : receiver.disableAudio());
    if (page.isSoundWanted) receiver.enableAudio();
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
    if (!this.#lastPicture) return;
    const { codedWidth, codedHeight } = this.#lastPicture;
    const encoding = encodingOf(this.#lastPicture);
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

function encodingOf(picture: ReceivedImageSample): string {
  return "encoding" in picture ? picture.encoding : "raw";
}
