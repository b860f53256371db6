import { BroadcastReceiver, type BroadcastServer, IPCChannelError } from "@broadcast-ipc/receiver";
import { maxPayloadBytes } from "./channel-options.ts";
import { Recorder } from "./recording/recorder.ts";
import { formatBytes, formatCount, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";

interface RecordingTaskOptions {
  /** Path of the recording. */
  readonly file: string;
  /** Socket path for the recorder's connection. */
  readonly path: string;
  readonly token: string;
  readonly status: StatusLine;
}

/** Records every frame and the audio over a separate connection, so that recording does not delay viewers. */
export class RecordingTask implements AsyncDisposable {
  readonly #path: string;
  readonly #file: string;
  readonly #status: StatusLine;
  readonly #recorder: Recorder;
  readonly #server: BroadcastServer;
  readonly #running: Promise<void>;
  #isListening = true;
  #leftOut = 0;
  #failure: string | undefined;
  #finished: Promise<string | undefined> | undefined;

  private constructor(options: RecordingTaskOptions, recorder: Recorder, server: BroadcastServer) {
    this.#path = options.path;
    this.#file = options.file;
    this.#status = options.status;
    this.#recorder = recorder;
    this.#server = server;
    this.#running = this.#run();
  }

  /** Starts listening for the capture process. Rejects with a user-facing Error if nothing can be recorded. */
  static async start(options: RecordingTaskOptions): Promise<RecordingTask> {
    const { file, path, token } = options;
    const recorder = await Recorder.start({ path: file }).catch((cause: Error) => {
      throw new Error(`Nothing can be recorded: ${cause.message}.`, { cause });
    });
    const server = await BroadcastReceiver.listen(path, {
      ...Recorder.receiverOptions,
      token,
      maxPayloadBytes,
    });
    return new RecordingTask(options, recorder, server);
  }

  /** Socket path to which the capture process connects; `undefined` after the recording has failed or finished. */
  get path(): string | undefined {
    return this.#isListening ? this.#path : undefined;
  }

  /** Length of the recording so far, in seconds. */
  get seconds(): number {
    return this.#recorder.progress.seconds;
  }

  /** The recording's counts for the report. */
  get report(): NonNullable<Report["recording"]> {
    return { frames: this.#recorder.progress.frames, leftOut: this.#leftOut };
  }

  /** Adds to the count of frames left out because ffmpeg was too slow. */
  leaveOut(frames: number): void {
    this.#leftOut += frames;
    this.#status.noteOnce("ffmpeg is too slow to record every frame: some are left out.");
  }

  /** Finishes the file. Resolves when the file is complete, with an error message if the recording has failed. */
  finish(): Promise<string | undefined> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  /** Records one capture process after another, until the server is closed or the recorder fails. */
  async #run(): Promise<void> {
    for await (const receiver of this.#server) {
      receiver.on("failure", (error) => {
        this.#status.noteOnce(`A sample could not be recorded: ${(error as Error).message}.`);
      });
      try {
        await this.#recorder.record(receiver);
      } catch (error) {
        // Killing a capture process breaks its connection. The recording continues with the next capture process.
        if (error instanceof IPCChannelError) continue;
        this.#fail(`The recording failed: ${(error as Error).message}.`);
        this.#close();
      } finally {
        await receiver.close();
      }
    }
  }

  #close(): Promise<void> {
    this.#isListening = false;
    return this.#server.close();
  }

  #fail(sentence: string): void {
    this.#failure = sentence;
    this.#status.note(sentence);
  }

  async #finish(): Promise<string | undefined> {
    await this.#close();
    await this.#running;
    try {
      const { seconds, frames, bytes } = await this.#recorder.stop();
      const recorded = `Recorded ${seconds.toFixed(1)} s, ${formatCount(frames, "frame")}, ${formatBytes(bytes)}`;
      this.#status.note(frames > 0 ? `${recorded}: ${this.#file}` : "Nothing was recorded.");
    } catch (error) {
      this.#fail(`The recording is incomplete: ${(error as Error).message}.`);
    }
    return this.#failure;
  }
}
