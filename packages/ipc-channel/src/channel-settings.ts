import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ChannelOptions, ConnectOptions, ListenOptions } from "./channel-options.ts";
import { copyToken } from "./copy-token.ts";
import { type FrameLimits, maxLength } from "./frame.ts";
import { type HeartbeatOptions, shortestInterval } from "./heartbeat.ts";
import { warnOfThrows } from "./warn-of-throws.ts";

/** {@link ChannelOptions}, checked and copied, with the defaults filled in. Settings are valid options. */
export interface ChannelSettings<Incoming> extends FrameLimits {
  readonly signal: AbortSignal | undefined;
  readonly schema: StandardSchemaV1<unknown, Incoming> | undefined;
  readonly token: Uint8Array | undefined;
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  readonly heartbeat: HeartbeatOptions | undefined;
}

/** {@link ListenOptions}, checked and copied. */
export interface ListenSettings<Incoming> extends ChannelSettings<Incoming> {
  readonly onRefused: ((error: unknown) => void) | undefined;
}

/** {@link ConnectOptions}, checked and copied. */
export interface ConnectSettings<Incoming> extends ChannelSettings<Incoming> {
  readonly onRetry: ((error: unknown, attempt: number) => void) | undefined;
  readonly giveUpAfter: number | undefined;
}

/** The longest delay of a Node timer. */
const maxDelay = 0x7fff_ffff;

/**
 * Checks and copies the options. Each option is read once, by name, so getters and inherited properties work, and later
 * changes by the caller have no effect. Throws a RangeError that names the option with a wrong type or value.
 */
export function channelSettings<Incoming>(options: ChannelOptions<Incoming>): ChannelSettings<Incoming> {
  const { signal, schema, token, heartbeat } = options;
  const { maxHeaderBytes = 64 * 1024, maxPayloadBytes = 64 * 1024 * 1024 } = options;
  const { handshakeTimeout = 5000, closeTimeout = 2000 } = options;
  return {
    signal: signal === undefined ? undefined : checkSignal(signal),
    schema: schema === undefined ? undefined : copySchema(schema),
    token: token === undefined ? undefined : copyToken(token),
    maxHeaderBytes: within("maxHeaderBytes", maxHeaderBytes, 1, maxLength),
    maxPayloadBytes: within("maxPayloadBytes", maxPayloadBytes, 0, maxLength),
    handshakeTimeout: within("handshakeTimeout", handshakeTimeout, 0, maxDelay),
    closeTimeout: within("closeTimeout", closeTimeout, 0, maxDelay),
    heartbeat: heartbeat === undefined ? undefined : copyHeartbeat(heartbeat),
  };
}

/** {@link channelSettings} for accept and listen. Exported for packages that listen on behalf of their user. */
export function listenSettings<Incoming>(options: ListenOptions<Incoming>): ListenSettings<Incoming> {
  return { ...channelSettings(options), onRefused: callback("onRefused", options.onRefused) };
}

/** {@link channelSettings} for connect. Exported for packages that connect on behalf of their user. */
export function connectSettings<Incoming>(options: ConnectOptions<Incoming>): ConnectSettings<Incoming> {
  const { onRetry, giveUpAfter } = options;
  return {
    ...channelSettings(options),
    onRetry: callback("onRetry", onRetry),
    giveUpAfter: giveUpAfter === undefined ? undefined : within("giveUpAfter", giveUpAfter, 0, maxDelay),
  };
}

function copyHeartbeat(heartbeat: HeartbeatOptions): HeartbeatOptions {
  check("heartbeat must be { interval, timeout }", isObject(heartbeat));
  const { interval, timeout } = heartbeat;
  return {
    interval: within("heartbeat.interval", interval, shortestInterval, maxDelay),
    timeout: within("heartbeat.timeout", timeout, interval + 1, maxDelay),
  };
}

/** Checks the methods, not the class, because a signal may come from another realm. */
function checkSignal(signal: AbortSignal): AbortSignal {
  const isSignal =
    isObject(signal) &&
    typeof signal.aborted === "boolean" &&
    typeof signal.addEventListener === "function" &&
    typeof signal.removeEventListener === "function";
  check("signal must be an AbortSignal", isSignal);
  return signal;
}

function copySchema<T>(schema: StandardSchemaV1<unknown, T>): StandardSchemaV1<unknown, T> {
  const isCallable = typeof schema === "function";
  const standard = isObject(schema) || isCallable ? schema["~standard"] : undefined;
  const validate = isObject(standard) ? standard.validate : undefined;
  if (standard === undefined || typeof validate !== "function") {
    throw new RangeError("schema must be a Standard Schema");
  }
  const { vendor } = standard;
  return { "~standard": { version: 1, vendor, validate: (value) => validate.call(standard, value) } };
}

function callback<Args extends unknown[]>(
  name: string,
  given: ((...args: Args) => void) | undefined,
): ((...args: Args) => void) | undefined {
  if (given === undefined) return undefined;
  check(`${name} must be a function`, typeof given === "function");
  return warnOfThrows(name, given);
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const given = typeof value === "number" ? value : `a ${typeof value}`;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${given}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function check(rule: string, holds: boolean): void {
  if (!holds) throw new RangeError(rule);
}
