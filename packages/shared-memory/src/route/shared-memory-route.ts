import type { CarrierLink, PayloadRoute, PayloadStats } from "@broadcast-ipc/ipc-channel";
import type { LibC } from "../libc/lib-c.ts";
import type { SharedMemorySettings } from "../shared-memory-options.ts";
import { warnOnce } from "../warn-once.ts";
import { readControlHeader } from "./control-header.ts";
import { ReceivingHalf } from "./receiving-half.ts";
import { SendingHalf } from "./sending-half.ts";

/** The payloads of one connection in shared memory. Each side makes the region for the payloads that it sends. */
export class SharedMemoryRoute implements PayloadRoute {
  readonly #name: string;
  readonly #sending: SendingHalf;
  readonly #receiving: ReceivingHalf;
  #sendingReason: string | undefined;
  #receivingReason: string | undefined;
  #isClosed = false;

  constructor(libc: LibC, settings: SharedMemorySettings, { send, maxPayloadBytes }: CarrierLink) {
    this.#name = `shared memory (${libc.name})`;
    this.#sending = new SendingHalf(libc, settings, send, (reason) => {
      this.#sendingReason = `sent payloads: ${reason}`;
      warnOnce(reason);
    });
    this.#receiving = new ReceivingHalf(libc, { copy: settings.copy, maxPayloadBytes }, send);
  }

  get stats(): PayloadStats {
    const { state, traffic: sent, fallbacks } = this.#sending;
    const { traffic: received } = this.#receiving;
    const reasons = [this.#sendingReason, this.#receivingReason].filter((reason) => reason !== undefined);
    if (state === "announced") reasons.unshift("the peer has not mapped the region yet");
    const isShared = this.#receiving.isMapped || state === "accepted" || reasons.length === 0;
    const via = isShared ? this.#name : "socket";
    return { via, reason: reasons.length > 0 ? reasons.join("; ") : undefined, sent, received, fallbacks };
  }

  store(parts: readonly Uint8Array[], length: number): Uint8Array | undefined {
    return this.#sending.store(parts, length);
  }

  allocate(length: number): (Uint8Array<ArrayBuffer> & Disposable) | undefined {
    return this.#sending.allocate(length);
  }

  load(reference: Uint8Array): Uint8Array {
    return this.#receiving.load(reference);
  }

  release(payload: Uint8Array): void {
    this.#receiving.release(payload);
  }

  receive(header: unknown): void {
    // A region that is mapped now would never be unmapped.
    if (this.#isClosed) return;
    const control = readControlHeader(header);
    switch (control.type) {
      case "region":
        this.#announced(control);
        break;
      case "accepted":
        this.#sending.answered(control.region);
        break;
      case "refused":
        this.#sending.answered(control.region, control.reason);
        break;
      case "release":
        this.#sending.released(control.leases);
        break;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#sending.close();
    this.#receiving.close();
  }

  #announced(announcement: Parameters<ReceivingHalf["announced"]>[0]): void {
    // No warning: the peer, which gets the reason, prints it, and the region of a peer that has just ended is gone.
    const reason = this.#receiving.announced(announcement);
    if (reason !== undefined) this.#receivingReason = `received payloads: ${reason}`;
  }
}
