import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ownFolder } from "../run-pair.ts";
import { BenchProcess } from "./bench-process.ts";
import type { LiveOrder } from "./live-order.ts";
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

/** Milliseconds before the measurement begins, and between its end and the final counts. */
const warmUpTime = 1000;
const settleTime = 1000;
/** Milliseconds after the expected end at which processes are killed. */
const patience = 30_000;

/** A capture process and its consumer, which run an order until this is disposed. */
export class LivePair implements AsyncDisposable {
  readonly capture: BenchProcess;
  readonly #order: LiveOrder;
  readonly #directory: string;
  readonly #files: URL;
  readonly #timer: NodeJS.Timeout;
  #consumer: BenchProcess;

  private constructor(order: Omit<LiveOrder, "path">, directory: string, seconds: number, files: URL) {
    this.#directory = directory;
    this.#files = files;
    this.#order = { ...order, path: join(directory, "s") };
    this.capture = new BenchProcess(new URL("live/capture.ts", files), this.#order);
    this.#consumer = this.startConsumer();
    // Killing the processes rejects every pending wait for them.
    this.#timer = setTimeout(() => this.#kill(), seconds * 1000 + patience);
  }

  /** Resolves when both are connected; nothing is captured yet. The run should take `seconds`. */
  static async start(
    order: Omit<LiveOrder, "path">,
    seconds: number,
    files: URL = ownFolder,
  ): Promise<LivePair> {
    const pair = new LivePair(order, await mkdtemp(join(tmpdir(), "bench-")), seconds, files);
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

  /** Starts another consumer process, which waits until {@link useConsumer} opens it. */
  startConsumer(): BenchProcess {
    return new BenchProcess(new URL("live/consume.ts", this.#files), this.#order);
  }

  /** Kills the consumer and replaces it by the given one, or by a new one. */
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

/** Runs an order for some seconds in two new processes, and checks that every frame of the run is accounted for. */
export async function runLive(order: Omit<LiveOrder, "path">, seconds: number): Promise<LiveResult> {
  await using pair = await LivePair.start(order, seconds);
  const { capture, consumer } = pair;
  const measured = await measure(pair, seconds);
  await delay(settleTime);
  consumer.send({ type: "account" });
  const account = await consumer.next<ConsumerAccount>("account");
  capture.send({ type: "account" });
  return { ...measured, source: await capture.next<SourceAccount>("account"), consumer: account };
}

/** Like {@link runLive}, without the check, in processes that run the bench's files in `files`. */
export async function measureLive(
  order: Omit<LiveOrder, "path">,
  seconds: number,
  files: URL,
): Promise<LiveFigures> {
  await using pair = await LivePair.start(order, seconds, files);
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
