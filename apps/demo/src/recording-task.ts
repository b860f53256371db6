import { BroadcastReceiver, type BroadcastServer } from "@broadcast-ipc/receiver";
import { Recorder } from "@broadcast-ipc/recorder";
import { maxPayloadBytes } from "./channel-options.ts";
import { formatBytes, formatCount, type Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";

interface RecordingTaskOptions {
  /** Path of the recording. */
  readonly file: string;
  /** Socket path for the recorder's connection. */
  readonly path: string;
  readonly token: string;
  readonly status: StatusLine;
  /** Called when the recording has failed. */
  readonly onFailure: () => void;
}

/** Records every frame and the audio over a separate connection, so that recording does not delay viewers. */
export class RecordingTask implements AsyncDisposable {
  readonly #options: RecordingTaskOptions;
  readonly #recorder: Recorder;
  readonly #server: BroadcastServer;
  readonly #running: Promise<void>;
  readonly #startedAt = performance.now();
  readonly #stopping = new AbortController();
  #isListening = true;
  #leftOut = 0;
  #failure: string | undefined;
  #summary = "";
  #finished: Promise<string | undefined> | undefined;

  private constructor(options: RecordingTaskOptions, recorder: Recorder, server: BroadcastServer) {
    this.#options = options;
    this.#recorder = recorder;
    this.#server = server;
    this.#running = this.#run();
  }

  /** Starts listening for the capture process. Rejects with a user-facing Error if nothing can be recorded. */
  static async start(options: RecordingTaskOptions): Promise<RecordingTask> {
    const { file, path, token } = options;
    const recorder = await Recorder.start(file).catch((cause: Error) => {
      throw new Error(`Nothing can be recorded: ${cause.message}.`, { cause });
    });
    try {
      const listening = { ...Recorder.receiverOptions, token, maxPayloadBytes };
      return new RecordingTask(options, recorder, await BroadcastReceiver.listen(path, listening));
    } catch (error) {
      await recorder.stop();
      throw error;
    }
  }

  /** Socket path to which the capture process connects; `undefined` after the recording has failed or finished. */
  get path(): string | undefined {
    return this.#isListening ? this.#options.path : undefined;
  }

  /** Length of the file so far, in seconds. Does not grow while the source delivers no frames. */
  get seconds(): number {
    return this.#recorder.progress.seconds;
  }

  /** Time since the start, in seconds. */
  get age(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Why the recording has failed; `undefined` otherwise. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The recording's counts for the report. */
  get report(): NonNullable<Report["recording"]> {
    return { frames: this.#recorder.progress.frames, leftOut: this.#leftOut };
  }

  /** A sentence about the finished file; empty before {@link finish}. */
  get summary(): string {
    return this.#summary;
  }

  /** Adds to the count of frames left out because ffmpeg was too slow. */
  leaveOut(frames: number): void {
    this.#leftOut += frames;
    this.#options.status.noteOnce("ffmpeg is too slow to record every frame: some are left out.");
  }

  /** Ends the recording while the capture process goes on, see {@link finish}. */
  stop(): Promise<string | undefined> {
    this.#stopping.abort();
    return this.finish();
  }

  /**
   * Finishes the file when the capture process has ended. Resolves when the file is complete, with an error message if the
   * recording has failed.
   */
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
        // The capture process counts the frames for which ffmpeg is too slow, see leaveOut().
        if ((error as { readonly code?: unknown }).code === "ERR_UPLOAD_TOO_MANY_PENDING") return;
        this.#options.status.noteOnce(`A sample could not be recorded: ${(error as Error).message}.`);
      });
      try {
        await this.#recorder.record(receiver, { signal: this.#stopping.signal });
      } catch (error) {
        // Killing a capture process breaks its connection. The recording continues with the next capture process.
        if (!isRecorderError(error)) continue;
        void this.#close();
        this.#fail(`The recording failed: ${error.message}.`);
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
    this.#options.status.note(sentence);
    this.#options.onFailure();
  }

  async #finish(): Promise<string | undefined> {
    await this.#close();
    await this.#running;
    try {
      const { seconds, frames, skipped, skippedAudio, skipReason, bytes } = await this.#recorder.stop();
      const recorded = `Recorded ${seconds.toFixed(1)} s, ${formatCount(frames, "frame")}, ${formatBytes(bytes)}`;
      if (skipReason !== undefined)
        this.#options.status.note(
          `${formatCount(skipped + skippedAudio, "sample")} could not be recorded: ${skipReason}.`,
        );
      this.#summary = frames > 0 ? `${recorded}: ${this.#options.file}` : "Nothing was recorded.";
      this.#options.status.note(this.#summary);
    } catch (error) {
      if (this.#failure === undefined)
        this.#fail(`The recording is incomplete: ${(error as Error).message}.`);
    }
    return this.#failure;
  }
}

/** Whether the recording has failed, and not only a connection. */
function isRecorderError(error: unknown): error is Error {
  return String((error as { readonly code?: unknown }).code).startsWith("ERR_RECORDER_");
}
