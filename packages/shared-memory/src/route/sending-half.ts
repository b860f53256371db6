import type { LibC } from "../libc/lib-c.ts";
import { Arena } from "../memory/arena.ts";
import { MappedViews } from "../memory/mapped-views.ts";
import { makeRegion, type Region } from "../region/make-region.ts";
import { pageBytes } from "../region/mapping.ts";
import type { SharedMemorySettings } from "../shared-memory-options.ts";
import type { ControlHeader } from "./control-header.ts";
import { corrupt } from "./corrupt.ts";
import { encodeReference } from "./reference.ts";

/** A part of the region that is in use. */
interface Extent {
  readonly page: number;
  /** The number of the lease if the peer has the payload. */
  lease: number | undefined;
  /** Whether this side has a view that allocate() returned. */
  isHeld: boolean;
}

const regionNumber = 0;
const maxUInt32 = 0xffff_ffff;

/**
 * `idle` until the first payload, `announced` until the peer has answered, `accepted` while payloads travel in the region, and
 * `off` once they travel in the stream for good.
 */
type State = "idle" | "announced" | "accepted" | "off";

/** The payloads that this side sends: the region, and which payloads the peer has. */
export class SendingHalf {
  readonly #libc: LibC;
  readonly #settings: SharedMemorySettings;
  readonly #send: (header: ControlHeader) => void;
  readonly #onFailure: (reason: string) => void;
  readonly #arena: Arena;
  readonly #leases = new Map<number, Extent>();
  readonly #dispose: PropertyDescriptor;
  #region: Region | undefined;
  #views: MappedViews<Extent> | undefined;
  #state: State = "idle";
  #nextLease = 0;
  #messages = 0;
  #bytes = 0;
  #fallbacks = 0;

  /** Calls `onFailure` once, with the reason, if payloads have to travel in the stream for good. */
  constructor(
    libc: LibC,
    settings: SharedMemorySettings,
    send: (header: ControlHeader) => void,
    onFailure: (reason: string) => void,
  ) {
    this.#libc = libc;
    this.#settings = settings;
    this.#send = send;
    this.#onFailure = onFailure;
    this.#arena = new Arena(settings.bytes / pageBytes, settings.slots);
    const giveUp = (view: Uint8Array) => this.#giveUp(view);
    this.#dispose = {
      value(this: Uint8Array) {
        giveUp(this);
      },
    };
  }

  get state(): State {
    return this.#state;
  }

  /** Payloads stored, and their bytes. */
  get traffic(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Payloads for which there was no room. */
  get fallbacks(): number {
    return this.#fallbacks;
  }

  /** Returns a reference to the payload in the region, or `undefined` if the payload has to travel in the stream. */
  store(parts: readonly Uint8Array[], length: number): Uint8Array | undefined {
    if (length < this.#settings.minPayloadBytes || length > maxUInt32) return undefined;
    if (this.#state === "idle") this.#start();
    const region = this.#region;
    if (this.#state !== "accepted" || region === undefined) return undefined;
    const extent = this.#inPlace(parts) ?? this.#take(length);
    if (extent === undefined) {
      this.#fallbacks++;
      return undefined;
    }
    if (!extent.isHeld) {
      let offset = extent.page * pageBytes;
      for (const part of parts) {
        region.memory.set(part, offset);
        offset += part.length;
      }
    }
    extent.lease = this.#newLease();
    this.#leases.set(extent.lease, extent);
    this.#messages++;
    this.#bytes += length;
    return encodeReference({ region: regionNumber, lease: extent.lease, page: extent.page, length });
  }

  /** Returns memory in the region, or `undefined` if there is none. */
  allocate(length: number): (Uint8Array<ArrayBuffer> & Disposable) | undefined {
    if (length < this.#settings.minPayloadBytes || length > maxUInt32) return undefined;
    if (this.#state === "idle") this.#start();
    const views = this.#views;
    if (this.#state === "off" || views === undefined) return undefined;
    const extent = this.#take(length);
    if (extent === undefined) return undefined;
    const view = this.#viewOf(views, extent, length);
    if (view === undefined) return undefined;
    return Object.defineProperty(view, Symbol.dispose, this.#dispose) as typeof view & Disposable;
  }

  /** Handles the peer's answer to the region. */
  answered(region: number, reason?: string): void {
    if (this.#state !== "announced" || region !== regionNumber) {
      throw corrupt("an answer to a region that waits for none");
    }
    this.#region?.closeFile();
    if (reason === undefined) this.#state = "accepted";
    else this.#fail(`the peer cannot map the region: ${reason}`);
  }

  /** Handles the release of payloads by the peer. */
  released(leases: readonly number[]): void {
    for (const lease of leases) {
      const extent = this.#leases.get(lease);
      if (extent === undefined) throw corrupt(`a release of the lease ${lease}, which is not outstanding`);
      this.#leases.delete(lease);
      extent.lease = undefined;
      this.#freeIfUnused(extent);
    }
  }

  /** The connection has ended. Views that allocate() returned stay valid until they are disposed. */
  close(): void {
    this.#state = "off";
    this.#region?.closeFile();
    this.#region = undefined;
    this.#leases.clear();
    this.#views?.close();
  }

  #start(): void {
    try {
      const region = makeRegion(this.#libc, regionNumber, this.#settings.bytes);
      this.#region = region;
      this.#views = new MappedViews(region.mapping, (extent) => this.#dropped(extent));
      this.#state = "announced";
      // The caller is about to send a message. It must not be interrupted by another header.
      queueMicrotask(() => {
        if (this.#state === "announced") this.#send({ type: "region", ...region.announcement });
      });
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #fail(reason: string): void {
    this.close();
    this.#onFailure(reason);
  }

  /** The extent whose memory the payload already is; `undefined` if it has to be copied. */
  #inPlace(parts: readonly Uint8Array[]): Extent | undefined {
    const [part] = parts;
    if (parts.length !== 1 || part === undefined || part.byteOffset !== 0) return undefined;
    const extent = this.#views?.tagOf(part);
    // The peer may still read what was sent before. It cannot hold the same memory twice.
    return extent?.lease === undefined ? extent : undefined;
  }

  #take(length: number): Extent | undefined {
    const page = this.#arena.allocate(Math.ceil(length / pageBytes));
    return page === undefined ? undefined : { page, lease: undefined, isHeld: false };
  }

  #viewOf(views: MappedViews<Extent>, extent: Extent, length: number): Uint8Array<ArrayBuffer> | undefined {
    try {
      const view = views.take(extent.page * pageBytes, length, extent);
      extent.isHeld = true;
      return view;
    } catch {
      // The runtime has no memory for the object. The caller allocates elsewhere, or fails for the same reason.
      this.#arena.free(extent.page);
      return undefined;
    }
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
    const extent = this.#views?.release(view);
    if (extent !== undefined) this.#dropped(extent);
  }

  #dropped(extent: Extent): void {
    extent.isHeld = false;
    this.#freeIfUnused(extent);
  }

  #freeIfUnused({ page, lease, isHeld }: Extent): void {
    if (lease === undefined && !isHeld) this.#arena.free(page);
  }
}
