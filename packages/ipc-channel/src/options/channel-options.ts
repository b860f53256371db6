import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { PayloadCarrier } from "../payloads/payload-carrier.ts";

/** The intervals of a heartbeat, which detects a peer that is stopped or hung. */
export interface HeartbeatOptions {
  /** The interval, in ms, at which the peer sends a sign of life, unless other bytes wait to be sent. At least 10. */
  readonly interval: number;
  /** How long the peer may be silent before the channel ends, in ms. Must be more than `interval`; two or three times `interval` is common. */
  readonly timeout: number;
}

/**
 * The options of `accept`, `connect`, `over` and `listen`, without `schema`. Packages that check headers themselves take these options.
 * Each call reads and copies every option once.
 */
export interface TransportOptions {
  /** Cancels the call, which rejects with `signal.reason`. Has no effect on an open channel. */
  readonly signal?: AbortSignal | undefined;
  /** A secret of at least 16 bytes. Each side proves that it knows the secret. The secret itself is never sent. A string is encoded as UTF-8. */
  readonly token?: string | Uint8Array | undefined;
  /** The largest encoded header of a message in either direction, in bytes. Default 65,536. */
  readonly maxHeaderBytes?: number | undefined;
  /** The largest payload of a message in either direction, in bytes. Default 67,108,864. */
  readonly maxPayloadBytes?: number | undefined;
  /** How long the handshake with a peer may take, in ms. Default 5,000. */
  readonly handshakeTimeout?: number | undefined;
  /** How long `close()` may flush, in ms. Default 2,000. */
  readonly closeTimeout?: number | undefined;
  /** Ends the channel if the peer is silent for too long. Default: no heartbeat, so a peer that is stopped or hung is not detected. */
  readonly heartbeat?: HeartbeatOptions | undefined;
  /**
   * Carries large payloads outside the stream, such as `sharedMemory()` of `@broadcast-ipc/shared-memory`. Needs the same option on
   * both sides. Default: all payloads travel in the stream.
   */
  readonly payloads?: PayloadCarrier | undefined;
}

/** {@link TransportOptions} of `accept` and `listen`. */
export interface TransportListenOptions extends TransportOptions {
  /**
   * Called for each peer that connected and was not admitted, with an IPCChannelError, most often ERR_IPC_UNAUTHORIZED.
   * An exception of the callback becomes a process warning.
   */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/** {@link TransportOptions} of `connect`. */
export interface TransportConnectOptions extends TransportOptions {
  /**
   * Called for each failed attempt that will be retried, with the error and the number of the attempt, from 1. The error's
   * `code` is that of connect(2) (ENOENT, ECONNREFUSED, …), ERR_IPC_CLOSED if the peer closed during the handshake, or
   * ERR_IPC_RESOURCES. An exception of the callback becomes a process warning, and connecting continues.
   */
  readonly onRetry?: ((error: unknown, attempt: number) => void) | undefined;
  /** Maximum time for all attempts together, in ms. Then connect rejects with ERR_IPC_TIMEOUT; `cause` is the last attempt's error. Default: no limit. */
  readonly giveUpAfter?: number | undefined;
}

/** The option that checks incoming headers. */
export interface SchemaOption<Incoming = unknown> {
  /** A Standard Schema (zod, valibot, arktype, …) for incoming headers. The reader gets the schema's output. */
  readonly schema?: StandardSchemaV1<unknown, Incoming> | undefined;
}

/** Options of `over`. `accept`, `connect` and `listen` also accept all of these. */
export interface ChannelOptions<Incoming = unknown> extends TransportOptions, SchemaOption<Incoming> {}

/** Options of `accept` and `listen`. */
export interface ListenOptions<Incoming = unknown> extends TransportListenOptions, SchemaOption<Incoming> {}

/** Options of `connect`. */
export interface ConnectOptions<Incoming = unknown> extends TransportConnectOptions, SchemaOption<Incoming> {}
