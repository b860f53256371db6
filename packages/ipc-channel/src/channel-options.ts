import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { HeartbeatOptions } from "./heartbeat.ts";

/** Options of accept, connect, over and listen. Every option is read and copied once, at the call. */
export interface ChannelOptions<Incoming = unknown> {
  /** Ends the establishment: it rejects with `signal.reason`. It has no effect on a channel that exists. */
  readonly signal?: AbortSignal | undefined;
  /** A Standard Schema (zod, valibot, arktype, …) that every incoming header has to pass. */
  readonly schema?: StandardSchemaV1<unknown, Incoming> | undefined;
  /** A secret of at least 16 bytes that both sides know; each proves that to the other without showing it. A string counts as its UTF-8 bytes. */
  readonly token?: string | Uint8Array | undefined;
  /** The largest encoded header taken or sent, in bytes. Default 65,536. */
  readonly maxHeaderBytes?: number | undefined;
  /** The largest payload taken or sent, in bytes. Default 67,108,864. */
  readonly maxPayloadBytes?: number | undefined;
  /** How long a peer may take to be admitted, in ms. Default 5,000. */
  readonly handshakeTimeout?: number | undefined;
  /** How long `close()` may take to flush, in ms. Default 2,000. */
  readonly closeTimeout?: number | undefined;
  /** Asks the peer to show that it lives, and ends the channel where it does not. Off by default: only a peer whose process ends is noticed then. */
  readonly heartbeat?: HeartbeatOptions | undefined;
}

/** What accept and listen take besides. */
export interface ListenOptions<Incoming = unknown> extends ChannelOptions<Incoming> {
  /**
   * Called for each peer that connected and was not admitted, with an IPCChannelError, most often ERR_IPC_UNAUTHORIZED.
   * An exception of the callback becomes a process warning.
   */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/** Options of connect. */
export interface ConnectOptions<Incoming = unknown> extends ChannelOptions<Incoming> {
  /**
   * Called for each attempt that failed and will be repeated, with its error and its number, from 1. The error's `code` is
   * that of connect(2) (ENOENT, ECONNREFUSED, …), ERR_IPC_CLOSED if the peer left before admitting us, or
   * ERR_IPC_RESOURCES. An exception of the callback becomes a process warning, and connecting continues.
   */
  readonly onRetry?: ((error: unknown, attempt: number) => void) | undefined;
  /** How long to try, in ms from the call. Then connect rejects with ERR_IPC_TIMEOUT; `cause` is the last attempt's error. Default: no limit. */
  readonly giveUpAfter?: number | undefined;
}
