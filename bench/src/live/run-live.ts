import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ownFolder } from "../run-pair.ts";
import { BenchProcess } from "./bench-process.ts";
import type { LiveParameters } from "./live-parameters.ts";
import type { Captured, Consumed, ConsumerAccount, SourceAccount } from "./live-report.ts";

/** The reports of both processes about the measured time. */
export interface LiveFigures {
  readonly captured: Captured;
  readonly consumed: Consumed;
}

/** The reports about the measured time and about the whole run. */
export interface LiveResult extends LiveFigures {
  readonly source: SourceAccount;
  readonly consumer: ConsumerAccount;
}

/** Time from the first captured frame to the start of the measurement, in ms. */
const warmUpTime = 1000;
/** Time between the end of the measurement and the final counts, in ms. */
const settleTime = 1000;
/** Time that the processes may run past the expected end before they are killed, in ms. */
const patience = 30_000;

/** A capture process and its consumer. Disposing kills both. */
export class LivePair implements AsyncDisposable {
  readonly capture: BenchProcess;
  readonly #parameters: LiveParameters;
  readonly #directory: string;
  readonly #files: URL;
  readonly #timer: NodeJS.Timeout;
  #consumer: BenchProcess;

  private constructor(
    parameters: Omit<LiveParameters, "path">,
    directory: string,
    seconds: number,
    files: URL,
  ) {
    this.#directory = directory;
    this.#files = files;
    this.#parameters = { ...parameters, path: join(directory, "s") };
    this.capture = new BenchProcess(new URL("live/capture.ts", files), this.#parameters, parameters.node);
    this.#consumer = this.startConsumer();
    // If the run takes too long, killing both processes makes every pending next() reject.
    this.#timer = setTimeout(() => this.#kill(), seconds * 1000 + patience);
  }

  /**
   * Starts both processes. Resolves when they are connected, before the first frame is captured. `seconds` is the
   * expected duration of the run.
   */
  static async start(
    parameters: Omit<LiveParameters, "path">,
    seconds: number,
    files: URL = ownFolder,
  ): Promise<LivePair> {
    const pair = new LivePair(parameters, await mkdtemp(join(tmpdir(), "bench-")), seconds, files);
    try {
      pair.both("open");
      await Promise.all([pair.capture.next("ready"), pair.consumer.next("ready")]);
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
    return pair;
  }

  get consumer(): BenchProcess {
    return this.#consumer;
  }

  /** Starts another consumer process. It connects when it receives the message "open". */
  startConsumer(): BenchProcess {
    return new BenchProcess(new URL("live/consume.ts", this.#files), this.#parameters, this.#parameters.node);
  }

  /** Kills the consumer and replaces it with the given one, or with a new one. */
  async useConsumer(consumer?: BenchProcess): Promise<void> {
    await this.#consumer.kill();
    this.#consumer = consumer ?? this.startConsumer();
  }

  both(type: string): void {
    this.consumer.send({ type });
    this.capture.send({ type });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#kill();
    await rm(this.#directory, { recursive: true });
  }

  async #kill(): Promise<void> {
    await Promise.all([this.capture.kill(), this.consumer.kill()]);
  }
}

/**
 * Starts a capture process and a consumer, and measures both for the given time. The result includes the counts of the
 * whole run, so that every frame can be accounted for.
 */
export async function runLive(
  parameters: Omit<LiveParameters, "path">,
  seconds: number,
): Promise<LiveResult> {
  await using pair = await LivePair.start(parameters, seconds);
  const { capture, consumer } = pair;
  const measured = await measure(pair, seconds);
  await delay(settleTime);
  consumer.send({ type: "account" });
  const account = await consumer.next<ConsumerAccount>("account");
  capture.send({ type: "account" });
  return { ...measured, source: await capture.next<SourceAccount>("account"), consumer: account };
}

/** Like {@link runLive}, without the counts of the whole run. The processes run the bench files in the folder `files`. */
export async function measureLive(
  parameters: Omit<LiveParameters, "path">,
  seconds: number,
  files: URL,
): Promise<LiveFigures> {
  await using pair = await LivePair.start(parameters, seconds, files);
  return await measure(pair, seconds);
}

async function measure(pair: LivePair, seconds: number): Promise<LiveFigures> {
  const { capture, consumer } = pair;
  consumer.next("full").then(
    () => capture.send({ type: "full" }),
    () => {},
  );
  pair.both("start");
  await delay(warmUpTime);
  pair.both("measure");
  await delay(seconds * 1000);
  pair.both("stop");
  const [captured, consumed] = await Promise.all([
    capture.next<Captured>("captured"),
    consumer.next<Consumed>("consumed"),
  ]);
  return { captured, consumed };
}
