import { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import {
  type CloseReason,
  IPCChannelError,
  isIPCChannelError,
  settleInTurn,
} from "@broadcast-ipc/ipc-channel";
import {
  combineDemands,
  type Demand,
  FailureReport,
  type MessageSchemas,
  type MessagesOptions,
  type ReceivedMessage,
} from "@broadcast-ipc/protocol";
import { DemandWatch, type WantedOptions } from "./demand-watch.ts";
import { checkTarget, FanOutBranch, type FanOutTarget } from "./fan-out-branch.ts";
import type { FanOutEvents } from "./fan-out-events.ts";
import { type FanOutOutcomes, outcomesOf } from "./fan-out-outcomes.ts";
import { MergedMessages } from "./merged-messages.ts";
import type { Sample } from "./send-session.ts";
import { SharedSample } from "./shared-sample.ts";

/**
 * Uploads one source to several receivers, for example to a viewer and to a recorder. Each target is an uploader with its
 * own demand, pace and connection, and none delays another one. Can be used in place of a {@link BroadcastUploader}.
 *
 * @example
 * const fanOut = new FanOut({ viewer: await BroadcastUploader.connect(path) });
 * fanOut.add("recorder", await BroadcastUploader.connect(recorderPath, { reconnect: false }));
 * for (;;) {
 *   if (await fanOut.wanted()) await fanOut.upload(await capture());
 * }
 */
export class FanOut extends EventEmitter<FanOutEvents> implements AsyncDisposable {
  #end!: (reason: CloseReason) => void;
  /** Resolves when the last target has ended, with the reason of that target. Never rejects. */
  readonly closed: Promise<CloseReason> = new Promise((resolve) => {
    this.#end = resolve;
  });
  readonly #branches = new Map<string, FanOutBranch>();
  readonly #merged = new Map<string, MergedMessages>();
  readonly #demand = new DemandWatch((demand) => process.nextTick(() => this.emit("demand", demand)));
  readonly #failures = new FailureReport({
    side: "uploader",
    emit: (error) => this.emit("failure", error, undefined),
    uploader: () => ({ id: "fan-out" }),
  });
  #newest: { readonly shared: SharedSample; readonly held: Disposable } | undefined;
  #openTargets = 0;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  /** `targets` are uploaders by name. The fan-out owns them and closes them. Throws a RangeError if there is none. */
  constructor(targets: Readonly<Record<string, FanOutTarget>>) {
    super();
    if (Object.keys(targets).length === 0) throw new RangeError("targets must have at least one uploader");
    for (const [name, target] of Object.entries(targets)) this.add(name, target);
  }

  /**
   * Adds a target, which gets the newest video frame at once if it wants video. Forgets the targets that have ended.
   * Throws a RangeError if an open target has this name, a TypeError if the target is no uploader, and ERR_IPC_CLOSED after
   * the fan-out has ended.
   */
  add(name: string, target: FanOutTarget): void {
    if (this.#isClosed) throw closedError();
    checkTarget(name, target);
    if (this.#branches.get(name)?.target.isClosed === false) {
      throw new RangeError(`name must be new, got ${JSON.stringify(name)}, the name of an open target`);
    }
    for (const [old, { target }] of this.#branches) if (target.isClosed) this.#branches.delete(old);
    const sources = Array.from(
      this.#merged.values(),
      (merged) => [merged, target.messages({ types: merged.types })] as const,
    );
    const branch = new FanOutBranch(name, target, {
      onConnect: () => this.emit("connect", name),
      onDisconnect: (reason) => this.emit("disconnect", reason, name),
      onDemand: () => this.#updateDemand(),
      onFailure: (error) => this.emit("failure", error, name),
    });
    this.#branches.set(name, branch);
    this.#openTargets++;
    target.closed.then((reason) => this.#onEnd(reason));
    for (const [merged, messages] of sources) merged.add(messages, branch.failures);
    if (this.#newest) target.upload(this.#newest.shared.lend());
    this.#updateDemand();
  }

  /**
   * What all targets want together, see `combineVideoDemands` of `@broadcast-ipc/protocol`; `undefined` if no target has
   * sent a demand. Each target applies its own demand to its samples.
   */
  get demand(): Demand | undefined {
    return this.#demand.demand;
  }

  /** Resolves with {@link demand} when a target wants samples, see {@link BroadcastUploader.wanted}. */
  wanted(options: WantedOptions = {}): Promise<Demand> {
    return this.#demand.wanted(options);
  }

  /** Whether all targets have ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Uploads a sample to all targets, which share its data. Its dispose function is called once, when no target needs the
   * data any more. Never rejects.
   *
   * Resolves when the first target has sent the sample, or when all targets have settled it. So a loop that awaits each
   * upload has the pace of the fastest target, and no target that is slow or stalled delays it. The outcomes of slower
   * targets are then `"pending"`; `stats()` of each uploader counts them.
   *
   * @example
   * const { viewer } = await fanOut.upload(await capture()); // For a fan-out with a target "viewer".
   */
  upload(sample: Sample): Promise<FanOutOutcomes> {
    const shared = new SharedSample(sample, (error) => this.#failures.report(error));
    // Keeps the sample until every target has got it.
    const held = shared.lend();
    const uploads = Array.from(
      this.#branches,
      ([name, { target }]) => [name, target.upload(shared.lend())] as const,
    );
    if (this.#isClosed || !shared.isImage) held[Symbol.dispose]();
    else this.#keep({ shared, held });
    return outcomesOf(uploads);
  }

  /**
   * Sends an application message to all targets that have not ended. Resolves when the first of them has written it, and
   * rejects if none can. Never change `data` or the payload, because slower targets still need them. A rejection never
   * causes an unhandledRejection.
   *
   * While 256 messages or 4 MiB of payloads wait for a target, for example because its receiver reads no messages, further
   * messages are left out for this target, and "failure" is emitted once with ERR_UPLOAD_TOO_MANY_MESSAGES.
   */
  send(type: string, data?: unknown, payload?: Uint8Array): Promise<void> {
    const open = [...this.#branches.values()].filter(({ target }) => !target.isClosed);
    const sent = new Promise<void>((resolve, reject) => {
      const first = Promise.any(open.map((branch) => branch.send(type, data, payload)));
      first.then(resolve, ({ errors }: AggregateError) => {
        const error = errors.find((error) => !isIPCChannelError(error, "ERR_IPC_CLOSED"));
        settleInTurn(reject, error ?? closedError());
      });
    });
    sent.catch(() => {});
    return sent;
  }

  /**
   * Iterates over the messages of all targets, in the order in which they arrive, see {@link BroadcastUploader.messages}.
   * Do not read the same messages from a target itself.
   */
  messages<const Type extends string = string>(
    options: MessagesOptions<Type> = {},
  ): AsyncIterableIterator<ReceivedMessage<MessageSchemas, Type>> {
    const { signal, types } = options;
    // Called for each loop, because it also checks the types.
    const sources = Array.from(
      this.#branches.values(),
      ({ target, failures }) => [target.messages({ types }), failures] as const,
    );
    const key = types ? JSON.stringify([...new Set(types)].sort()) : "";
    let merged = this.#merged.get(key);
    if (!merged) {
      merged = new MergedMessages(types && [...types]);
      this.#merged.set(key, merged);
      for (const [messages, failures] of sources) merged.add(messages, failures);
      if (this.#openTargets === 0) merged.end();
    }
    return merged.iterate({ signal }) as AsyncIterableIterator<ReceivedMessage<MessageSchemas, Type>>;
  }

  /** Closes all targets at once, see {@link BroadcastUploader.close}. Later calls return the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#demand.end(closedError());
    await Promise.all(Array.from(this.#branches.values(), ({ target }) => target.close()));
    await this.closed;
  }

  #onEnd(reason: CloseReason): void {
    this.#updateDemand();
    this.#openTargets--;
    if (this.#openTargets > 0) return;
    this.#isClosed = true;
    this.#demand.end(closedError());
    this.#keep(undefined);
    for (const merged of this.#merged.values()) merged.end();
    this.#end(reason);
  }

  /** Keeps the newest video frame for targets that are added later, as uploaders keep it for later receivers. */
  #keep(newest: { readonly shared: SharedSample; readonly held: Disposable } | undefined): void {
    const before = this.#newest;
    this.#newest = newest;
    before?.held[Symbol.dispose]();
  }

  #updateDemand(): void {
    const demands = Array.from(this.#branches.values(), ({ target }) => target.demand);
    const known = demands.filter((demand) => demand !== undefined);
    const combined = combineDemands(known);
    if (known.length === 0) this.#demand.lose();
    else if (!isDeepStrictEqual(this.#demand.demand, combined)) this.#demand.set(combined);
  }
}

function closedError(): IPCChannelError {
  return new IPCChannelError("ERR_IPC_CLOSED", "the fan-out is closed");
}
