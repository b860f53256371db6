import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type FrameLimits, maxLength } from "./frame.ts";
import { type HeartbeatOptions, shortestInterval } from "./heartbeat.ts";

/** What accept, connect, over and listen take. */
export interface ChannelOptions<Incoming = unknown> {
  /** Ends the establishment: it rejects with `signal.reason`. It has no effect on a channel that exists. */
  readonly signal?: AbortSignal | undefined;
  /** A Standard Schema (zod, valibot, arktype, …) that every incoming header has to pass. */
  readonly schema?: StandardSchemaV1<unknown, Incoming> | undefined;
  /** A secret of at least 16 bytes that both sides know; each proves that to the other without showing it. */
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
  /** Told why, for each peer that connected and was not admitted: an IPCChannelError, most often ERR_IPC_UNAUTHORIZED. */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

/** {@link ChannelOptions} with the defaults filled in. */
export interface ChannelSettings<Incoming> extends FrameLimits {
  readonly signal: AbortSignal | undefined;
  readonly schema: StandardSchemaV1<unknown, Incoming> | undefined;
  readonly token: string | Uint8Array | undefined;
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  readonly heartbeat: HeartbeatOptions | undefined;
}

const minTokenBytes = 16;
/** The longest delay of a Node timer. */
const maxDelay = 0x7fff_ffff;

/** Checks the options; throws a RangeError that names the one that is out of its range. */
export function channelSettings<Incoming>(options: ChannelOptions<Incoming>): ChannelSettings<Incoming> {
  const { token } = options;
  if (token !== undefined && Buffer.byteLength(token) < minTokenBytes) {
    throw new RangeError(`token must be at least ${minTokenBytes} bytes long`);
  }
  return {
    signal: options.signal,
    schema: options.schema,
    // The caller may wipe its own.
    token: typeof token === "object" ? Uint8Array.from(token) : token,
    maxHeaderBytes: within("maxHeaderBytes", options.maxHeaderBytes ?? 64 * 1024, 1, maxLength),
    maxPayloadBytes: within("maxPayloadBytes", options.maxPayloadBytes ?? 64 * 1024 * 1024, 0, maxLength),
    handshakeTimeout: within("handshakeTimeout", options.handshakeTimeout ?? 5000, 0, maxDelay),
    closeTimeout: within("closeTimeout", options.closeTimeout ?? 2000, 0, maxDelay),
    heartbeat: options.heartbeat && heartbeatSettings(options.heartbeat),
  };
}

function heartbeatSettings({ interval, timeout }: HeartbeatOptions): HeartbeatOptions {
  return {
    interval: within("heartbeat.interval", interval, shortestInterval, maxDelay),
    timeout: within("heartbeat.timeout", timeout, interval + 1, maxDelay),
  };
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
}
