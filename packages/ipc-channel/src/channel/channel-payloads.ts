import type { Established } from "../handshake/establish.ts";
import type { PayloadCarrier, PayloadRoute, PayloadStats } from "../payloads/payload-carrier.ts";
import { frameKind, maxLength } from "../wire/frame.ts";
import { PayloadPool } from "../wire/payload-pool.ts";

/** The memory for the payloads of a channel, and their way outside the stream, if the two sides have agreed on one. */
export class ChannelPayloads {
  readonly #route: PayloadRoute | undefined;
  readonly #reason: string | undefined;
  readonly #pool = new PayloadPool();
  #isClosed = false;

  /** `carrier` is the option `payloads`. */
  constructor(
    { connection, peerFeatures }: Established,
    carrier: PayloadCarrier | undefined,
    maxPayloadBytes: number,
  ) {
    if (!carrier) return;
    this.#reason = carrier.unavailable;
    if (this.#reason !== undefined) return;
    if (!peerFeatures.includes(carrier.feature)) {
      this.#reason = `the peer does not support ${carrier.feature}`;
      return;
    }
    const send = (header: unknown) => {
      if (!this.#isClosed) connection.outbox.send(frameKind.carrier, header);
    };
    this.#route = carrier.open({ send, maxPayloadBytes });
    connection.route = this.#route;
  }

  /** See {@link ChannelStats.payloads}. */
  get stats(): PayloadStats | undefined {
    if (this.#route) return this.#route.stats;
    return this.#reason === undefined ? undefined : { ...inStream, reason: this.#reason };
  }

  /** See {@link IPCChannel.allocate}. */
  allocate(bytes: number): Uint8Array<ArrayBuffer> & Disposable {
    if (!Number.isInteger(bytes) || bytes < 0 || bytes > maxLength)
      throw new RangeError(`bytes must be an integer from 0 to ${maxLength}, got ${bytes}`);
    const allocated = this.#isClosed ? undefined : this.#route?.allocate(bytes);
    if (allocated) return allocated;
    const memory = this.#pool.take(bytes) as Uint8Array<ArrayBuffer>;
    return Object.assign(memory, { [Symbol.dispose]: () => this.#pool.giveBack(memory) });
  }

  /** Handles a frame of the peer's carrier. */
  receive(header: unknown): void {
    this.#route?.receive(header);
  }

  /** Must be called when the channel ends. Received payloads stay readable. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#route?.close();
  }
}

const none = { messages: 0, bytes: 0 };
const inStream = { via: "socket", sent: none, received: none, fallbacks: 0 };
