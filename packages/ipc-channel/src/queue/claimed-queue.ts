import { PullQueue } from "./pull-queue.ts";

interface Claim<T> {
  readonly types: ReadonlySet<string>;
  readonly queue: PullQueue<T>;
}

/**
 * A {@link PullQueue} from which a consumer can claim types of items. Items of claimed types go to a queue of their own, so
 * that two consumers read one stream without taking each other's items.
 *
 * @internal For packages that are built on this one.
 */
export class ClaimedQueue<T extends { readonly type: string }> {
  readonly #unclaimed: PullQueue<T>;
  readonly #onTake: (item: T) => void;
  /** The claim of each claimed type; `undefined` before the first claim. */
  #claims: Map<string, Claim<T>> | undefined;
  #ended = false;

  /** `onTake` is called with each item when it is taken, from any of the queues. */
  constructor(onTake: (item: T) => void) {
    this.#onTake = onTake;
    this.#unclaimed = new PullQueue(onTake);
  }

  /** The number of items that nobody has taken yet, in all queues. */
  get size(): number {
    return this.#queues.reduce((size, queue) => size + queue.size, 0);
  }

  /** Whether items of this type go to a queue of their own. */
  isClaimed(type: string): boolean {
    return this.#claims?.has(type) ?? false;
  }

  /** Adds an item to the queue of its type. Does nothing after {@link end}. */
  push(item: T): void {
    const queue = this.#claims === undefined ? this.#unclaimed : this.#queueOf(item.type);
    queue.push(item);
  }

  /**
   * Iterates over the items of `types`, or over the items of all unclaimed types, see {@link PullQueue.iterate}.
   *
   * The first call with some types claims them and takes over their waiting items, in order. A later call with the same
   * types continues that queue. Throws a RangeError if `types` is empty, or if a type belongs to a claim of other types.
   */
  iterate(
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly types?: readonly string[] | undefined;
    } = {},
  ): AsyncIterableIterator<T, undefined> {
    const { signal, types } = options;
    const queue = types === undefined ? this.#unclaimed : this.#claim(types);
    return queue.iterate({ signal });
  }

  /** Ends all queues, see {@link PullQueue.end}. Types can still be claimed, to read their waiting items. */
  end(): void {
    this.#ended = true;
    for (const queue of this.#queues) queue.end();
  }

  /** Removes all items. */
  clear(): void {
    for (const queue of this.#queues) queue.clear();
  }

  get #queues(): PullQueue<T>[] {
    const claims = new Set(this.#claims?.values());
    return [this.#unclaimed, ...Array.from(claims, ({ queue }) => queue)];
  }

  #queueOf(type: string): PullQueue<T> {
    return this.#claims?.get(type)?.queue ?? this.#unclaimed;
  }

  #claim(list: readonly string[]): PullQueue<T> {
    const types = checkTypes(list);
    for (const type of types) {
      const claim = this.#claims?.get(type);
      if (claim && isEqual(claim.types, types)) return claim.queue;
      if (claim) {
        throw new RangeError(
          `types must be new types or all types of an earlier call, got ${show([type])} of an earlier call with ${show(claim.types)}`,
        );
      }
    }
    const claim = { types, queue: new PullQueue<T>(this.#onTake) };
    for (const item of this.#unclaimed.extract(({ type }) => types.has(type))) claim.queue.push(item);
    if (this.#ended) claim.queue.end();
    this.#claims ??= new Map();
    for (const type of types) this.#claims.set(type, claim);
    return claim.queue;
  }
}

function checkTypes(types: readonly string[]): ReadonlySet<string> {
  const isList = Array.isArray(types) && types.length > 0 && types.every((type) => typeof type === "string");
  if (!isList) throw new RangeError("types must be an array of at least one string");
  return new Set(types);
}

function isEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((type) => other.has(type));
}

function show(types: Iterable<string>): string {
  return Array.from(types, (type) => JSON.stringify(type)).join(", ");
}
