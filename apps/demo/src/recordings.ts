import type { RecordingMessage } from "./page/app-messages.ts";
import { RecordingTask } from "./recording-task.ts";
import type { Report } from "./report.ts";
import type { StatusLine } from "./status-line.ts";

interface RecordingsOptions {
  /** Socket path of the viewers' connection. Recorders get paths that begin with it. */
  readonly path: string;
  readonly token: string;
  readonly status: StatusLine;
  /** Called when the state of the recording has changed. */
  readonly onChange: () => void;
}

/** The recordings of a run: the one of `--record`, and those that viewers start and stop. */
export class Recordings implements AsyncDisposable {
  readonly #options: RecordingsOptions;
  #task: RecordingTask | undefined;
  /** Resolves when the recording that a viewer starts or stops has been started or stopped. */
  #toggling: Promise<void> | undefined;
  #count = 0;
  #note: string | undefined;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Socket path of the current recorder; `undefined` while nothing is recorded. */
  get path(): string | undefined {
    return this.#task?.path;
  }

  /** The state for the page. */
  get state(): RecordingMessage {
    const isRecording = this.path !== undefined;
    return { isRecording, seconds: isRecording ? (this.#task?.age ?? 0) : 0, note: this.#note };
  }

  /** Length of the current file in seconds; `undefined` while nothing is recorded. */
  get seconds(): number | undefined {
    return this.path === undefined ? undefined : this.#task?.seconds;
  }

  /** The counts of the current or last recording; `null` if nothing was recorded. */
  get report(): Report["recording"] {
    return this.#task?.report ?? null;
  }

  /** Starts a recording. Rejects with a user-facing Error if nothing can be recorded. */
  async start(file: string): Promise<void> {
    // A recording that has failed still has to be finished.
    await this.#task?.stop();
    const { path, token, status } = this.#options;
    this.#count++;
    const onFailure = () => this.#tell(this.#task?.failure);
    this.#task = await RecordingTask.start({
      ...{ file, token, status, onFailure },
      path: `${path}.record${this.#count}`,
    });
    this.#tell(`Recording to ${file}.`);
  }

  /** Starts a recording to a new file, or stops the current recording. Never rejects. */
  async toggle(): Promise<void> {
    if (this.#toggling) return;
    this.#toggling = this.#toggle();
    await this.#toggling;
    this.#toggling = undefined;
  }

  /** Adds to the count of frames left out because ffmpeg was too slow. */
  leaveOut(frames: number): void {
    this.#task?.leaveOut(frames);
  }

  /**
   * Finishes the file when the capture process has ended. Resolves when the file is complete, with an error message if the
   * recording has failed.
   */
  async finish(): Promise<string | undefined> {
    await this.#toggling;
    return this.#end((task) => task.finish());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  async #toggle(): Promise<void> {
    try {
      if (this.path === undefined) await this.start(newFileName(new Date()));
      else await this.#end((task) => task.stop());
    } catch (error) {
      this.#tell((error as Error).message);
    }
  }

  async #end(end: (task: RecordingTask) => Promise<string | undefined>): Promise<string | undefined> {
    const task = this.#task;
    if (!task) return undefined;
    const failure = await end(task);
    this.#tell(failure ?? task.summary);
    return failure;
  }

  #tell(note: string | undefined): void {
    this.#note = note;
    this.#options.onChange();
  }
}

/** Returns a file name with the local time, in the current folder. */
function newFileName(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const hour = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join("-");
  return `broadcast-${day}-${hour}.mp4`;
}
