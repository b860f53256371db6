import { EventEmitter } from "node:events";
import {
  type AppMessage,
  type CaptureCounts,
  type CaptureMessage,
  type CaptureOrder,
  type FeedName,
  tokenVariable,
} from "./capture-messages.ts";
import { ChildProgram, describeEnd, type ProgramEnd } from "./child-program.ts";
import type { ProcessUsage } from "./process-usage.ts";
import { type TransportUse, transportNote, transportUse } from "./transport.ts";

interface CaptureProcessEvents {
  /** Emitted when the source is open. */
  source: [source: Extract<CaptureMessage, { type: "source" }>];
  /** Emitted with text to print for the user. */
  note: [text: string];
  /** Emitted with the number of frames left out of the recording since the last event. */
  leftOut: [frames: number];
}

/** How a capture process has ended. */
export interface CaptureEnd {
  /** A sentence for the user. */
  readonly reason: string;
  /** Whether the process has failed for a reason that another start would meet again, such as a missing browser. */
  readonly isFinal: boolean;
}

const name = "The capture process";

/** Longest wait for the capture process to stop, in ms. It delivers its last frames within 3 s. */
const stopTimeout = 5000;

/** Longest wait for a capture process to stop that still opens its source, in ms. It has nothing to deliver. */
const openingStopTimeout = 1000;

/** Longest time in which the app process answers an offer of shared memory, in ms. Until then, frames travel over the socket. */
const settleTime = 2000;

/** Starts, monitors and stops the capture process, which is a child of the app process. */
export class CaptureProcess extends EventEmitter<CaptureProcessEvents> {
  /** Resolves when the process has ended. The programs that it started may still run, see {@link clear}. */
  readonly ended: Promise<CaptureEnd>;
  readonly #program: ChildProgram;
  #source: string | undefined;
  #video: CaptureCounts["video"] | undefined;
  #leftOut = 0;
  #usage: ProcessUsage | undefined;
  #cpuShare: number | null = null;
  #transport: TransportUse | undefined;
  #transportSince = 0;
  #failure: Extract<CaptureMessage, { type: "failed" }> | undefined;

  private constructor(program: ChildProgram) {
    super();
    this.#program = program;
    program.onMessage((message) => this.#receive(message as CaptureMessage));
    this.ended = program.ended.then((end) => this.#endOf(end));
  }

  /** Starts the process, see {@link ChildProgram.start}. */
  static async start(order: CaptureOrder, token: string): Promise<CaptureProcess> {
    const env = { [tokenVariable]: token };
    return new CaptureProcess(await ChildProgram.start({ file: "capture.js", order, env }));
  }

  get pid(): number | undefined {
    return this.#program.pid;
  }

  /** Description of the source; `undefined` until the source is open. */
  get source(): string | undefined {
    return this.#source;
  }

  /** The frame counts that the process reported last. */
  get video(): CaptureCounts["video"] | undefined {
    return this.#video;
  }

  /** What carries large frames to the viewers, as the process reported last; `undefined` before. */
  get transport(): TransportUse | undefined {
    return this.#transport;
  }

  /** The CPU share that the process reported last, see `cpuShare`. */
  get cpuShare(): number | null {
    return this.#cpuShare;
  }

  /** CPU and memory that the process used; `undefined` unless {@link stop} ended the process normally. */
  get usage(): ProcessUsage | undefined {
    return this.#usage;
  }

  /**
   * Asks the process to send its last frame and its report, and to end. Kills the process if it does not end in time.
   * Resolves when the process has ended.
   */
  async stop(): Promise<CaptureEnd> {
    const timeout = this.#source === undefined ? openingStopTimeout : stopTimeout;
    await this.#program.stop(timeout, `${name} did not stop when it was asked to.`);
    return this.ended;
  }

  /** Asks the process to upload to a recorder or a publisher as well, which listens at this socket path. */
  feed(feed: FeedName, path: string): void {
    const message: AppMessage = { type: "feed", name: feed, path };
    this.#program.send(message);
  }

  /**
   * Kills the process.
   *
   * @param reason The reason of {@link CaptureEnd}.
   */
  kill(reason = `${name} was killed.`): void {
    this.#program.kill(reason);
  }

  /** Waits for the end of the process, and removes everything that it leaves behind, see {@link ChildProgram.clear}. */
  clear(): Promise<boolean> {
    return this.#program.clear();
  }

  #endOf(end: ProgramEnd): CaptureEnd {
    const failure = this.#failure;
    if (failure) return { reason: `${name} failed: ${failure.message}.`, isFinal: !failure.isPassing };
    return {
      reason: describeEnd(name, end),
      isFinal: end.signal === null && end.code !== 0 && !end.killedFor,
    };
  }

  #receive(message: CaptureMessage): void {
    switch (message.type) {
      case "source":
        this.#source = message.name;
        this.emit("source", message);
        break;
      case "note":
        this.emit("note", message.text);
        break;
      case "failed":
        this.#failure = message;
        break;
      case "report":
        this.#usage = message.usage;
        this.#count(message);
        this.#noteTransport(message.payloads, 0);
        break;
      default:
        this.#count(message);
        this.#noteTransport(message.payloads, settleTime);
    }
  }

  #count({ video, leftOut, usage }: CaptureCounts): void {
    const more = leftOut - this.#leftOut;
    this.#video = video;
    this.#cpuShare = usage.cpuShare;
    this.#leftOut = leftOut;
    if (more > 0) this.emit("leftOut", more);
  }

  /** `patience` is how long a reason must have lasted before the user is told, in ms. */
  #noteTransport(payloads: CaptureCounts["payloads"], patience: number): void {
    if (!payloads) return;
    const transport = transportUse(payloads);
    if (transport.reason !== this.#transport?.reason) this.#transportSince = performance.now();
    this.#transport = transport;
    const isLasting =
      transport.reason === null
        ? payloads.sent.messages > 0
        : performance.now() - this.#transportSince >= patience;
    if (isLasting) this.emit("note", transportNote(transport));
  }
}
