import { BroadcastReceiver, type BroadcastServer, IPCChannelError } from "@broadcast-ipc/receiver";
import { Recorder } from "./recording/recorder.ts";
import { formatBytes, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";

interface RecordingTaskOptions {
  /** What is written. */
  readonly file: string;
  /** Where the capture process connects for it. */
  readonly path: string;
  readonly token: string;
  readonly status: StatusLine;
}

/** Records what is captured, over a connection of its own: every picture, and nobody who watches is slowed by it. */
export class RecordingTask implements AsyncDisposable {
  /** Where the capture process connects for it. */
  readonly path: string;
  readonly #file: string;
  readonly #status: StatusLine;
  readonly #recorder: Recorder;
  readonly #server: BroadcastServer;
  readonly #running: Promise<void>;
  #leftOut = 0;
  #failure: string | undefined;
  #finished: Promise<string | undefined> | undefined;

  private constructor(options: RecordingTaskOptions, recorder: Recorder, server: BroadcastServer) {
    this.path = options.path;
    this.#file = options.file;
    this.#status = options.status;
    this.#recorder = recorder;
    this.#server = server;
    this.#running = this.#run();
  }

  /** Rejects with an Error whose message is a sentence where nothing can be recorded. */
  static async start(options: RecordingTaskOptions): Promise<RecordingTask> {
    const { file, path, token } = options;
    const recorder = await Recorder.start({ path: file }).catch((cause: Error) => {
      throw new Error(`Nothing can be recorded: ${cause.message}.`, { cause });
    });
    const server = await BroadcastReceiver.listen(path, { ...Recorder.receiverOptions, token });
    return new RecordingTask(options, recorder, server);
  }

  /** How long it is by now, in seconds. */
  get seconds(): number {
    return this.#recorder.progress.seconds;
  }

  /** What it has come to. */
  get report(): NonNullable<Report["recording"]> {
    return { pictures: this.#recorder.progress.pictures, leftOut: this.#leftOut };
  }

  /** Notes that so many more pictures are missing, since ffmpeg did not keep up. */
  leaveOut(pictures: number): void {
    this.#leftOut += pictures;
    this.#status.noteOnce("ffmpeg is too slow to record every picture: some are left out.");
  }

  /** Once the broadcast has ended: says how it went; resolves when the file is complete, with a sentence if it is not whole. */
  finish(): Promise<string | undefined> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  /** One capture process after the other, until the recorder itself gives up. */
  async #run(): Promise<void> {
    for await (const receiver of this.#server) {
      receiver.on("failure", (error) => {
        this.#status.noteOnce(`Something could not be recorded: ${(error as Error).message}.`);
      });
      try {
        await this.#recorder.record(receiver);
      } catch (error) {
        // A capture process that is killed breaks its connection off; the next one goes on.
        if (error instanceof IPCChannelError) continue;
        this.#fail(`The recording broke off: ${(error as Error).message}.`);
        this.#server.close();
      } finally {
        await receiver.close();
      }
    }
  }

  #fail(sentence: string): void {
    this.#failure = sentence;
    this.#status.note(sentence);
  }

  async #finish(): Promise<string | undefined> {
    await this.#server.close();
    await this.#running;
    try {
      const { seconds, pictures, bytes } = await this.#recorder.stop();
      const recorded = `Recorded ${seconds.toFixed(1)} s, ${pictures} pictures, ${formatBytes(bytes)}`;
      this.#status.note(pictures > 0 ? `${recorded}: ${this.#file}` : "Nothing was recorded.");
    } catch (error) {
      this.#fail(`The recording is not whole: ${(error as Error).message}.`);
    }
    return this.#failure;
  }
}
