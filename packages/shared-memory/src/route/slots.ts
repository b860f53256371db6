import { Arena } from "../memory/arena.ts";
import { MappedViews } from "../memory/mapped-views.ts";
import type { Region } from "../region/make-region.ts";
import { pageBytes } from "../region/mapping.ts";
import { corrupt } from "./corrupt.ts";

/** A part of the region that is in use. */
interface Slot {
  readonly page: number;
  /** The number of the lease if the peer has the payload. */
  lease: number | undefined;
  /** Whether this side has a view that {@link Slots.allocate} returned. */
  isHeld: boolean;
}

const maxUInt32 = 0xffff_ffff;

/**
 * The slots of a region that this side has made. A slot has the size of its payload, rounded up to pages. It is free when
 * the peer does not have it and this side has no view of it.
 */
export class Slots {
  readonly #memory: Uint8Array;
  readonly #arena: Arena;
  readonly #views: MappedViews<Slot>;
  readonly #leases = new Map<number, Slot>();
  readonly #dispose: PropertyDescriptor;
  #nextLease = 0;

  /** `most` is the largest number of slots in use at once. */
  constructor({ mapping, memory }: Region, most: number) {
    this.#memory = memory;
    this.#arena = new Arena(mapping.bytes / pageBytes, most);
    this.#views = new MappedViews<Slot>(mapping, (slot) => this.#dropped(slot));
    const giveUp = (view: Uint8Array) => this.#giveUp(view);
    this.#dispose = {
      value(this: Uint8Array) {
        giveUp(this);
      },
    };
  }

  /**
   * Leases a slot with the payload to the peer. A payload that {@link allocate} returned stays where it is, any other one is
   * copied. Returns `undefined` if there is no slot.
   */
  lease(
    parts: readonly Uint8Array[],
    length: number,
  ): { readonly lease: number; readonly page: number } | undefined {
    const slot = this.#inPlace(parts) ?? this.#take(length);
    if (slot === undefined) return undefined;
    const { page, isHeld } = slot;
    if (!isHeld) {
      let offset = page * pageBytes;
      for (const part of parts) {
        this.#memory.set(part, offset);
        offset += part.length;
      }
    }
    const lease = this.#newLease();
    slot.lease = lease;
    this.#leases.set(lease, slot);
    return { lease, page };
  }

  /** Returns a view of a slot, or `undefined` if there is none. Disposing it gives up this side's hold on the slot. */
  allocate(length: number): (Uint8Array<ArrayBuffer> & Disposable) | undefined {
    const slot = this.#take(length);
    if (slot === undefined) return undefined;
    try {
      const view = this.#views.take(slot.page * pageBytes, length, slot);
      slot.isHeld = true;
      return Object.defineProperty(view, Symbol.dispose, this.#dispose) as typeof view & Disposable;
    } catch {
      // The runtime has no memory for the object. The caller allocates elsewhere, or fails for the same reason.
      this.#freeIfUnused(slot);
      return undefined;
    }
  }

  /** Handles the release of payloads by the peer. Throws ERR_IPC_CORRUPT_MESSAGE for a lease that the peer does not have. */
  released(leases: readonly number[]): void {
    for (const lease of leases) {
      const slot = this.#leases.get(lease);
      if (slot === undefined) throw corrupt(`a release of the lease ${lease}, which is not outstanding`);
      this.#leases.delete(lease);
      slot.lease = undefined;
      this.#freeIfUnused(slot);
    }
  }

  /** Removes the mapping as soon as this side has no view of it. {@link lease} and {@link allocate} must not be called any more. */
  close(): void {
    this.#leases.clear();
    this.#views.close();
  }

  /** The slot whose memory the payload already is; `undefined` if it has to be copied. */
  #inPlace(parts: readonly Uint8Array[]): Slot | undefined {
    const [part] = parts;
    if (parts.length !== 1 || part === undefined || part.byteOffset !== 0) return undefined;
    const slot = this.#views.tagOf(part);
    // The peer may still read what was sent before. It cannot hold the same memory twice.
    return slot?.lease === undefined ? slot : undefined;
  }

  #take(length: number): Slot | undefined {
    const page = this.#arena.allocate(Math.ceil(length / pageBytes));
    return page === undefined ? undefined : { page, lease: undefined, isHeld: false };
  }

  #newLease(): number {
    let lease: number;
    do {
      lease = this.#nextLease;
      this.#nextLease = (lease + 1) % (maxUInt32 + 1);
    } while (this.#leases.has(lease));
    return lease;
  }

  #giveUp(view: Uint8Array): void {
    const slot = this.#views.release(view);
    if (slot !== undefined) this.#dropped(slot);
  }

  #dropped(slot: Slot): void {
    slot.isHeld = false;
    this.#freeIfUnused(slot);
  }

  #freeIfUnused({ page, lease, isHeld }: Slot): void {
    if (lease === undefined && !isHeld) this.#arena.free(page);
  }
}
