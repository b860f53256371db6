import type { Mapping } from "../region/mapping.ts";

/** A view that a consumer may hold. */
interface Handed<Tag> {
  readonly views: MappedViews<Tag>;
  readonly offset: number;
  readonly tag: Tag;
  readonly buffer: ArrayBuffer;
}

/** The ArrayBuffer of a view that was collected. The consumer may still hold the ArrayBuffer. */
interface Left<Tag> {
  readonly views: MappedViews<Tag>;
  readonly tag: Tag;
  readonly buffer: WeakRef<ArrayBuffer>;
}

/** The most ArrayBuffers that are kept for later views. */
const mostKept = 64;

/**
 * Hands out views of a mapping and notices when nobody can see one any more, also if it was never released.
 *
 * - Each view has its own ArrayBuffer. {@link release} detaches it, and keeps a new one for the next view of the same part.
 * - The view holds its part of the mapping until it is released, or until it and its ArrayBuffer are collected.
 * - If the consumer transfers the ArrayBuffer, to a worker for example, its memory lives on in an ArrayBuffer that this class
 *   cannot observe. That part is retired: it is never used again, and the mapping is never removed.
 */
export class MappedViews<Tag> {
  static readonly #collectedViews = new FinalizationRegistry<Handed<unknown>>((handed) =>
    handed.views.#viewCollected(handed),
  );
  static readonly #collectedBuffers = new FinalizationRegistry<Left<unknown>>((left) =>
    left.views.#bufferCollected(left),
  );

  readonly #mapping: Mapping;
  readonly #onCollected: (tag: Tag) => void;
  readonly #handed = new Map<ArrayBuffer, Handed<Tag>>();
  readonly #left = new Set<Left<Tag>>();
  readonly #kept = new Map<number, ArrayBuffer>();
  #retired = 0;
  #isClosed = false;
  /** Whether an ArrayBuffer was collected that might have been transferred just before. */
  #isUncertain = false;

  /** Calls `onCollected` with the tag of each view that was collected instead of released. */
  constructor(mapping: Mapping, onCollected: (tag: Tag) => void) {
    this.#mapping = mapping;
    this.#onCollected = onCollected;
  }

  /** The number of parts that consumers hold, or may hold. */
  get held(): number {
    return this.#handed.size + this.#left.size;
  }

  /** The number of parts that are never used again. */
  get retired(): number {
    return this.#retired;
  }

  /** Returns a view of the bytes from `offset` on. The part must not be in use. */
  take(offset: number, length: number, tag: Tag): Uint8Array<ArrayBuffer> {
    if (this.#left.size > 0) this.#retireTransferred();
    let buffer = this.#kept.get(offset);
    if (buffer !== undefined) this.#kept.delete(offset);
    if (buffer?.byteLength !== length) buffer = this.#mapping.view(offset, length);
    const handed: Handed<Tag> = { views: this, offset, tag, buffer };
    this.#handed.set(buffer, handed);
    const view = new Uint8Array(buffer);
    MappedViews.#collectedViews.register(view, handed as Handed<unknown>, handed);
    return view;
  }

  /** The tag of the view, or of a view over the same ArrayBuffer; `undefined` if it is none of this mapping or was released. */
  tagOf(view: Uint8Array): Tag | undefined {
    return this.#handed.get(view.buffer as ArrayBuffer)?.tag;
  }

  /**
   * Detaches a view that {@link take} returned. Returns its tag if its part is free now, and `undefined` if it was released
   * before or is retired.
   */
  release(view: Uint8Array): Tag | undefined {
    if (this.#left.size > 0) this.#retireTransferred();
    const buffer = view.buffer as ArrayBuffer;
    const handed = this.#handed.get(buffer);
    if (handed === undefined) return undefined;
    this.#handed.delete(buffer);
    MappedViews.#collectedViews.unregister(handed);
    if (buffer.detached) {
      this.#retired++;
      return undefined;
    }
    // Made before the old ArrayBuffer is detached: V8 would take a sudden fall and rise of external memory as a reason to
    // collect garbage, at 4K every few frames.
    this.#kept.set(handed.offset, this.#mapping.view(handed.offset, buffer.byteLength));
    buffer.transfer(0);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as number);
    if (this.#isClosed) this.#unmapUnlessSeen();
    return handed.tag;
  }

  /** Retires the parts whose ArrayBuffer was transferred after its view was collected. */
  #retireTransferred(): void {
    for (const left of this.#left) {
      if (!left.buffer.deref()?.detached) continue;
      MappedViews.#collectedBuffers.unregister(left);
      this.#left.delete(left);
      this.#retired++;
    }
  }

  /** Removes the mapping as soon as no view of it can be seen. No view is taken any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#left.size > 0) this.#retireTransferred();
    this.#unmapUnlessSeen();
  }

  #viewCollected({ tag, buffer }: Handed<Tag>): void {
    this.#handed.delete(buffer);
    if (buffer.detached) {
      this.#retired++;
      return;
    }
    // The consumer may have made other views of the same ArrayBuffer.
    const left: Left<Tag> = { views: this, tag, buffer: new WeakRef(buffer) };
    this.#left.add(left);
    MappedViews.#collectedBuffers.register(buffer, left as Left<unknown>, left);
  }

  #bufferCollected(left: Left<Tag>): void {
    this.#left.delete(left);
    this.#isUncertain = true;
    this.#onCollected(left.tag);
    if (this.#isClosed) this.#unmapUnlessSeen();
  }

  #unmapUnlessSeen(): void {
    if (this.held > 0 || this.#retired > 0) return;
    this.#kept.clear();
    // A worker that would still read transferred memory must not end the process.
    if (this.#isUncertain) this.#mapping.replaceByZeros();
    else this.#mapping.unmap();
  }
}
