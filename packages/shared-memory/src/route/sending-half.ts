import type { LibC } from "../libc/lib-c.ts";
import { makeRegion, type Region } from "../region/make-region.ts";
import type { SharedMemorySettings } from "../shared-memory-options.ts";
import type { ControlHeader } from "./control-header.ts";
import { corrupt } from "./corrupt.ts";
import { encodeReference } from "./reference.ts";
import { Slots } from "./slots.ts";

/** A connection has at most one region in each direction. */
const regionNumber = 0;

/** The largest length that a reference can have. */
const maxLength = 0xffff_ffff;

/**
 * `idle` until the first payload, `announced` until the peer has answered, `accepted` while payloads travel in the region, and
 * `off` once they travel in the stream for good.
 */
type State = "idle" | "announced" | "accepted" | "off";

/** The payloads that this side sends, and the region that it makes for them. */
export class SendingHalf {
  readonly #libc: LibC;
  readonly #settings: SharedMemorySettings;
  readonly #send: (header: ControlHeader) => void;
  readonly #onFailure: (reason: string) => void;
  #region: Region | undefined;
  #slots: Slots | undefined;
  #state: State = "idle";
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
  }

  /** How payloads travel at present. */
  get state(): State {
    return this.#state;
  }

  /** Payloads stored, and their bytes. */
  get traffic(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Payloads for which there was no slot. */
  get fallbacks(): number {
    return this.#fallbacks;
  }

  /** Returns a reference to the payload in the region, or `undefined` if the payload has to travel in the stream. */
  store(parts: readonly Uint8Array[], length: number): Uint8Array | undefined {
    const slots = this.#slotsFor(length);
    if (slots === undefined || this.#state !== "accepted") return undefined;
    const leased = slots.lease(parts, length);
    if (leased === undefined) {
      this.#fallbacks++;
      return undefined;
    }
    this.#messages++;
    this.#bytes += length;
    return encodeReference({ region: regionNumber, lease: leased.lease, page: leased.page, length });
  }

  /** Returns memory in the region, or `undefined` if there is none. */
  allocate(length: number): (Uint8Array<ArrayBuffer> & Disposable) | undefined {
    return this.#slotsFor(length)?.allocate(length);
  }

  /** Handles the peer's answer to the region. `reason` is why the peer refuses it. */
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
    if (this.#slots === undefined) throw corrupt("a release of payloads that were never sent");
    this.#slots.released(leases);
  }

  /** The connection has ended. Views that allocate() returned stay valid until they are disposed. */
  close(): void {
    this.#state = "off";
    this.#region?.closeFile();
    this.#slots?.close();
    this.#region = undefined;
    this.#slots = undefined;
  }

  /** The slots, if a payload of this length may have one. Makes the region for the first such payload. */
  #slotsFor(length: number): Slots | undefined {
    if (length < this.#settings.minPayloadBytes || length > maxLength) return undefined;
    if (this.#state === "idle") this.#start();
    return this.#slots;
  }

  #start(): void {
    try {
      const region = makeRegion(this.#libc, regionNumber, this.#settings.bytes);
      this.#region = region;
      this.#slots = new Slots(region, this.#settings.slots);
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
}
