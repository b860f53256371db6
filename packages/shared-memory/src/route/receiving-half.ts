import { IPCChannelError, PayloadPool } from "@broadcast-ipc/ipc-channel";
import type { LibC } from "../libc/lib-c.ts";
import { Arena } from "../memory/arena.ts";
import { MappedViews } from "../memory/mapped-views.ts";
import { pageBytes } from "../region/mapping.ts";
import { openRegion } from "../region/open-region.ts";
import type { RegionAnnouncement } from "../region/region-announcement.ts";
import { type ControlHeader, mostReleased, refusal } from "./control-header.ts";
import { corrupt } from "./corrupt.ts";
import { decodeReference } from "./reference.ts";

/** A payload that this side has. */
interface Lease {
  readonly lease: number;
  readonly page: number;
}

/** The peer's region. */
interface PeerRegion {
  readonly region: number;
  readonly bytes: number;
  readonly arena: Arena;
  readonly views: MappedViews<Lease>;
}

/** Settings of a {@link ReceivingHalf}. */
export interface ReceivingSettings {
  /** Whether payloads are copied out of the region. */
  readonly copy: boolean;
  /** The largest payload that is accepted, in bytes. */
  readonly maxPayloadBytes: number;
}

/** The payloads that the peer sends: its region, and which of them the consumer holds. */
export class ReceivingHalf {
  readonly #libc: LibC;
  readonly #settings: ReceivingSettings;
  readonly #send: (header: ControlHeader) => void;
  readonly #copies: PayloadPool | undefined;
  readonly #leases = new Set<number>();
  readonly #sendReleases = () => this.#flush();
  #released: number[] = [];
  #region: PeerRegion | undefined;
  #wasAnnounced = false;
  #isClosed = false;
  #messages = 0;
  #bytes = 0;

  constructor(libc: LibC, settings: ReceivingSettings, send: (header: ControlHeader) => void) {
    this.#libc = libc;
    this.#settings = settings;
    this.#send = send;
    this.#copies = settings.copy ? new PayloadPool() : undefined;
  }

  /** Whether the peer's region is mapped. */
  get isMapped(): boolean {
    return this.#region !== undefined;
  }

  /** Payloads loaded, and their bytes. */
  get traffic(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Maps the peer's region and answers. Returns the reason if the region is refused. */
  announced(announcement: RegionAnnouncement): string | undefined {
    if (this.#wasAnnounced) throw corrupt("a second region");
    this.#wasAnnounced = true;
    const { region, bytes } = announcement;
    try {
      const mapping = openRegion(this.#libc, announcement);
      const views = new MappedViews<Lease>(mapping, (lease) => this.#ended(lease));
      this.#region = { region, bytes, arena: new Arena(bytes / pageBytes), views };
    } catch (error) {
      const { message } = error as Error;
      this.#send(refusal(region, message));
      return message;
    }
    this.#send({ type: "accepted", region });
    return undefined;
  }

  /**
   * Returns the payload of a reference. Throws ERR_IPC_CORRUPT_MESSAGE if the reference is invalid, before it looks at the
   * memory, and ERR_IPC_RESOURCES if there is no memory for a copy.
   */
  load(bytes: Uint8Array): Uint8Array {
    const { region, lease, page, length } = decodeReference(bytes);
    const peer = this.#isClosed ? undefined : this.#region;
    if (peer?.region !== region) throw corrupt(`a reference to the region ${region}, which is not mapped`);
    if (length < 1 || length > this.#settings.maxPayloadBytes) {
      throw corrupt(`a payload of ${length} bytes, expected 1 to ${this.#settings.maxPayloadBytes}`);
    }
    if (this.#leases.has(lease)) throw corrupt(`the lease ${lease} is outstanding`);
    if (!peer.arena.claim(page, Math.ceil(length / pageBytes))) {
      throw corrupt(`${length} bytes at page ${page} are outside the region or in use`);
    }
    this.#leases.add(lease);
    this.#messages++;
    this.#bytes += length;
    try {
      const view = peer.views.take(page * pageBytes, length, { lease, page });
      return this.#copies === undefined ? view : this.#copied(view, this.#copies);
    } catch (cause) {
      throw new IPCChannelError("ERR_IPC_RESOURCES", `no memory for a payload of ${length} bytes`, { cause });
    }
  }

  /** Gives back a payload that {@link load} returned, and detaches it. */
  release(payload: Uint8Array): void {
    if (this.#copies !== undefined) {
      this.#copies.giveBack(payload);
      return;
    }
    const lease = this.#region?.views.release(payload);
    if (lease !== undefined) this.#ended(lease);
  }

  /** The connection has ended. Payloads that the consumer holds stay readable. */
  close(): void {
    this.#isClosed = true;
    this.#released = [];
    this.#region?.views.close();
  }

  #copied(view: Uint8Array, copies: PayloadPool): Uint8Array {
    try {
      const copy = copies.take(view.length);
      copy.set(view);
      return copy;
    } finally {
      const lease = this.#region?.views.release(view);
      if (lease !== undefined) this.#ended(lease);
    }
  }

  /** The consumer is done with a payload. The releases of one turn of the event loop share a header. */
  #ended({ lease, page }: Lease): void {
    if (this.#isClosed) return;
    this.#region?.arena.free(page);
    this.#leases.delete(lease);
    if (this.#released.push(lease) === 1) queueMicrotask(this.#sendReleases);
    if (this.#released.length === mostReleased) this.#flush();
  }

  #flush(): void {
    if (this.#released.length === 0) return;
    const leases = this.#released;
    this.#released = [];
    this.#send({ type: "release", leases });
  }
}
