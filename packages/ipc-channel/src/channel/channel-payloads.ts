import type { Established } from "../handshake/establish.ts";
import type { PayloadCarrier, PayloadRoute, PayloadStats } from "../payloads/payload-carrier.ts";
import { frameKind } from "../wire/frame.ts";
import { checkLength, PayloadPool } from "../wire/payload-pool.ts";

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
      this.#reason = `the peer does not offer ${carrier.feature}: set the option "payloads" on both sides`;
      return;
    }
    // In a microtask, because the outbox may call the route in the middle of a send.
    const send = (header: unknown) =>
      queueMicrotask(() => {
        if (!this.#isClosed) connection.outbox.send(frameKind.carrier, header);
      });
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
    checkLength(bytes);
    return (this.#isClosed ? undefined : this.#route?.allocate(bytes)) ?? this.#pool.allocate(bytes);
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
