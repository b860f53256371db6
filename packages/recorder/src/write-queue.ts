import type { Sample } from "@broadcast-ipc/receiver";
import { RecorderError } from "./recorder-error.ts";

/** Maximum number of samples, and of their bytes, that wait for ffmpeg. One sample may always wait. */
const mostSamples = 256;
const mostBytes = 256 * 1024 * 1024;

/** Runs one step after another, bounds the waiting samples, and remembers why the recording has failed. */
export class WriteQueue {
  /** Called once when the recording has failed. */
  onFailure: () => void = () => {};
  /** Returns the error to report for a failure. */
  describe: (error: RecorderError) => RecorderError = (error) => error;
  #samples = 0;
  #bytes = 0;
  /** Settles after the last step. Never rejects. */
  #steps: Promise<unknown> = Promise.resolve();
  #failure: RecorderError | undefined;

  /** Why the recording has failed; `undefined` otherwise. */
  get failure(): RecorderError | undefined {
    return this.#failure;
  }

  /** Whether no sample waits. */
  get isEmpty(): boolean {
    return this.#samples === 0;
  }

  /** Resolves after the last step. Never rejects. */
  get idle(): Promise<unknown> {
    return this.#steps;
  }

  /** Returns a function that removes the sample again, or `undefined` if there is no room for it. */
  enter(sample: Sample): (() => void) | undefined {
    // Samples are not checked yet, so the data may be missing.
    const bytes = sample.data?.byteLength || 0;
    const isFull = this.#samples >= mostSamples || this.#bytes + bytes > mostBytes;
    if (isFull && !this.isEmpty) return undefined;
    this.#samples++;
    this.#bytes += bytes;
    return () => {
      this.#samples--;
      this.#bytes -= bytes;
    };
  }

  /** Runs a step after the earlier ones. Settles like the step. A RecorderError ends the recording, and is reported as `failure`. */
  run(step: () => Promise<void> | undefined): Promise<void> {
    const result = this.#steps.then(async () => {
      try {
        await step();
      } catch (error) {
        this.fail(error);
        throw error instanceof RecorderError ? this.#failure : error;
      }
    });
    this.#steps = result.catch(() => {});
    return result;
  }

  /** Ends the recording if the error is a RecorderError. Only the first one counts. */
  fail(error: unknown): void {
    if (this.#failure || !(error instanceof RecorderError)) return;
    this.#failure = this.describe(error);
    this.onFailure();
  }
}
