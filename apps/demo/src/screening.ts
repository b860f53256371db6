import type { BroadcastReceiver, PictureSample } from "@broadcast-ipc/receiver";
import type { CaptureProcess } from "./capture-process.ts";
import type { DemoOptions } from "./demo-options.ts";
import type { LivePage } from "./live-page.ts";
import { processUsage } from "./process-usage.ts";
import { formatBytes, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";

/** How often the status line and the page's figures are brought up to date, in ms. */
const figuresInterval = 500;

/** How long the first picture may take, in ms. */
const firstPictureTimeout = 10_000;

/** Hands on to the page what a receiver yields, and keeps count of it. */
export class Screening {
  readonly #options: DemoOptions;
  readonly #capture: CaptureProcess;
  readonly #page: LivePage;
  readonly #status: StatusLine;
  #receiver: BroadcastReceiver | undefined;
  #lastPicture: PictureSample | undefined;
  #firstPictureAt = 0;
  #lastPictureAt = 0;
  /** What was received when the figures were last brought up to date. */
  #before = { at: 0, received: 0, bytes: 0 };

  constructor(options: DemoOptions, capture: CaptureProcess, page: LivePage, status: StatusLine) {
    this.#options = options;
    this.#capture = capture;
    this.#page = page;
    this.#status = status;
  }

  /** The newest picture that has come. */
  get lastPicture(): PictureSample | undefined {
    return this.#lastPicture;
  }

  /** Resolves when the broadcast has ended: the time is up, no picture came, `interrupt` aborted, or the other side went. */
  async show(receiver: BroadcastReceiver, interrupt: AbortSignal): Promise<void> {
    this.#receiver = receiver;
    // The other side sends its last picture and ends the broadcast, and with that the loop below ends.
    const stop = () => this.#capture.stop();
    interrupt.addEventListener("abort", stop, { once: true });
    if (interrupt.aborted) stop();
    receiver.on("failure", (error) => this.#status.note(String(error)));
    this.#page.onSoundDemand = (isWanted) => (isWanted ? receiver.enableAudio() : receiver.disableAudio());
    if (this.#page.isSoundWanted) receiver.enableAudio();
    const figures = setInterval(() => this.#showFigures(), figuresInterval);
    let ending = setTimeout(stop, firstPictureTimeout);
    try {
      for await (const sample of receiver) {
        this.#page.publish(sample);
        if (sample.type !== "image") continue;
        this.#lastPictureAt = performance.now();
        if (!this.#lastPicture) {
          this.#firstPictureAt = this.#lastPictureAt;
          this.#before.at = this.#firstPictureAt;
          clearTimeout(ending);
          if (this.#options.duration) ending = setTimeout(stop, this.#options.duration * 1000);
        }
        this.#lastPicture = sample;
      }
    } catch (error) {
      this.#status.note(`The broadcast broke off: ${(error as Error).message}.`);
    } finally {
      clearTimeout(ending);
      clearInterval(figures);
    }
    await receiver.close();
  }

  /** What it came to; `failure` says what went wrong besides. */
  report(failure: string | undefined): Report {
    const stats = this.#receiver?.stats();
    const video = this.#capture.video;
    const picture = this.#lastPicture;
    return {
      source: this.#capture.source ?? "nothing",
      encoding: this.#options.encoding,
      size: picture ? { width: picture.codedWidth, height: picture.codedHeight } : null,
      seconds: (this.#lastPictureAt - this.#firstPictureAt) / 1000,
      frames: {
        captured: video?.captured ?? 0,
        sent: video?.sent ?? 0,
        received: stats?.video.received ?? 0,
        replaced: video?.replaced ?? 0,
      },
      age: stats?.age ?? null,
      bytes: stats?.bytes ?? 0,
      processes: { app: processUsage(), capture: this.#capture.usage ?? null },
      failure: failure ?? (picture ? null : "No picture came."),
    };
  }

  #showFigures(): void {
    const stats = this.#receiver?.stats();
    if (!stats) return;
    const at = performance.now();
    const seconds = (at - this.#before.at) / 1000;
    const framesPerSecond = (stats.video.received - this.#before.received) / seconds;
    const bytesPerSecond = (stats.bytes - this.#before.bytes) / seconds;
    this.#before = { at, received: stats.video.received, bytes: stats.bytes };
    const replaced = this.#capture.video?.replaced ?? 0;
    const { received } = stats.video;
    this.#page.showFigures({ framesPerSecond, received, replaced, bytes: stats.bytes, age: stats.age ?? {} });
    if (!this.#lastPicture) return;
    const { codedWidth, codedHeight } = this.#lastPicture;
    this.#status.show(
      [
        `${this.#capture.source} ${codedWidth}x${codedHeight} ${this.#options.encoding}`,
        `${framesPerSecond.toFixed(1).padStart(5)} fps`,
        stats.age ? `age p50 ${stats.age.p50.toFixed(1)} ms` : "age unknown",
        `${formatBytes(bytesPerSecond)}/s`,
        `${replaced} replaced`,
        `${this.#page.viewers} watching`,
        this.#page.url,
      ].join(" · "),
    );
  }
}
