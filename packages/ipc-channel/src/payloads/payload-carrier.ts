import type { Traffic } from "../channel/traffic.ts";
import type { OwnBytes } from "../wire/own-bytes.ts";

/**
 * Carries large payloads of a channel outside the channel's stream, for example in shared memory. See the option `payloads`.
 * One carrier may serve many channels.
 */
export interface PayloadCarrier {
  /** The name in the `features` of the hello. Payloads leave the stream only if both sides list it. */
  readonly feature: string;
  /** Why payloads cannot leave the stream in this process; `undefined` if they can. With a reason, the hello does not list the feature. */
  readonly unavailable: string | undefined;
  /** Called once for each connection, after a peer that lists the same feature was admitted. */
  open(link: CarrierLink): PayloadRoute;
}

/** What a {@link PayloadRoute} may use of its connection. */
export interface CarrierLink {
  /**
   * Sends a header to the peer's route in the next microtask: any MessagePack value of at most 1,024 bytes. Never throws. Has
   * no effect after the connection has ended.
   */
  readonly send: (header: unknown) => void;
  /** The largest payload that this side accepts, in bytes. */
  readonly maxPayloadBytes: number;
}

/** The payloads of one connection, in both directions. */
export interface PayloadRoute {
  /** What the route has done so far. */
  readonly stats: PayloadStats;
  /**
   * Stores a payload of `length` bytes in total. Returns the reference that the message carries instead, 1 to 64 bytes, or
   * `undefined` if the payload has to travel in the stream. The parts may change as soon as the call returns.
   */
  store(parts: readonly Uint8Array[], length: number): Uint8Array | undefined;
  /**
   * Returns memory of exactly `length` bytes that {@link store} takes without a copy, or `undefined` if there is none. The
   * caller may read the memory until it disposes it. Disposing detaches the view.
   */
  allocate(length: number): (OwnBytes & Disposable) | undefined;
  /**
   * Returns the payload of a reference from the peer. It starts at offset 0 of its own ArrayBuffer, which has exactly the
   * payload's length. Throws an IPCChannelError with ERR_IPC_CORRUPT_MESSAGE if the reference is invalid.
   */
  load(reference: Uint8Array): Uint8Array;
  /** Gives back a payload that {@link load} returned, and detaches it. A second call has no effect. */
  release(payload: Uint8Array): void;
  /** Handles a header from the peer's route. Throws an IPCChannelError with ERR_IPC_CORRUPT_MESSAGE if the header is invalid. */
  receive(header: unknown): void;
  /** Called once, when the connection has ended. Payloads that consumers hold stay readable. */
  close(): void;
}

/** How the large payloads of a channel travel. */
export interface PayloadStats {
  /** What carries large payloads at present, for people to read, such as `"shared memory (koffi)"` or `"socket"`. */
  readonly via: string;
  /** Why large payloads travel in the stream; `undefined` if they do not. */
  readonly reason: string | undefined;
  /** Payloads sent outside the stream, and their bytes. */
  readonly sent: Traffic;
  /** Payloads received outside the stream, and their bytes. */
  readonly received: Traffic;
  /** Payloads that travelled in the stream because there was no room for them at that moment. */
  readonly fallbacks: number;
}
