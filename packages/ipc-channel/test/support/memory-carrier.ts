import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import type { CarrierLink, PayloadCarrier, PayloadRoute } from "../../src/payloads/payload-carrier.ts";

/** A carrier for two ends in one process. Moves payloads of at least `minBytes` through a map. */
export class MemoryCarrier implements PayloadCarrier {
  readonly feature: string = "memory-1";
  readonly unavailable: string | undefined;
  readonly minBytes: number;
  /** The headers that the routes have received. */
  readonly headers: unknown[] = [];
  /** The payloads that were stored and not loaded. */
  readonly stored: Map<number, Uint8Array> = new Map();
  /** The number of payloads that were given back. */
  released = 0;
  /** The number of routes that were closed. */
  closed = 0;
  #next = 0;

  constructor({
    minBytes = 1,
    unavailable,
  }: { readonly minBytes?: number; readonly unavailable?: string } = {}) {
    this.minBytes = minBytes;
    this.unavailable = unavailable;
  }

  open({ send, maxPayloadBytes }: CarrierLink): PayloadRoute {
    const held = new Set<Uint8Array>();
    const none = { messages: 0, bytes: 0 };
    return {
      stats: { via: "memory", reason: undefined, sent: none, received: none, fallbacks: 0 },
      store: (parts, length) => {
        if (length < this.minBytes) return undefined;
        // A carrier may send its own header while a message is being sent.
        send({ stored: length });
        const number = this.#next++ % 256;
        this.stored.set(number, new Uint8Array(Buffer.concat(parts)));
        return Uint8Array.of(number);
      },
      allocate: () => undefined,
      load: ([number]) => {
        const payload = this.stored.get(number ?? -1);
        if (!payload || payload.length > maxPayloadBytes)
          throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `no payload has the reference ${number}`);
        this.stored.delete(number ?? -1);
        held.add(payload);
        return payload;
      },
      release: (payload) => {
        if (!held.delete(payload)) return;
        this.released++;
        structuredClone(payload.buffer, { transfer: [payload.buffer as ArrayBuffer] });
        send({ released: this.released });
      },
      receive: (header) => {
        if (header === "bad") throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", "a bad header");
        this.headers.push(header);
      },
      close: () => {
        this.closed++;
      },
    };
  }
}
