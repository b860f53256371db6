import { shortestInterval } from "../channel/heartbeat.ts";
import { copyToken } from "../handshake/copy-token.ts";
import type { PayloadCarrier } from "../payloads/payload-carrier.ts";
import { type FrameLimits, maxLength } from "../wire/frame.ts";
import type {
  HeartbeatOptions,
  TransportConnectOptions,
  TransportListenOptions,
  TransportOptions,
} from "./channel-options.ts";
import { checkOptionNames } from "./check-option-names.ts";
import { maxTimerDelay } from "./max-timer-delay.ts";
import { heartbeatOptionNames } from "./option-names.ts";

/**
 * {@link TransportOptions}, checked and copied, with the defaults filled in. The settings can be passed as options again.
 *
 * @internal For packages that are built on this one.
 */
export interface TransportSettings extends FrameLimits {
  readonly signal: AbortSignal | undefined;
  readonly token: Uint8Array | undefined;
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  readonly heartbeat: HeartbeatOptions | undefined;
  readonly payloads: PayloadCarrier | undefined;
}

/**
 * {@link TransportListenOptions}, checked and copied.
 *
 * @internal For packages that are built on this one.
 */
export interface TransportListenSettings extends TransportSettings {
  readonly onRefused: ((error: unknown) => void) | undefined;
}

/**
 * {@link TransportConnectOptions}, checked and copied.
 *
 * @internal For packages that are built on this one.
 */
export interface TransportConnectSettings extends TransportSettings {
  readonly onRetry: ((error: unknown, attempt: number) => void) | undefined;
  readonly giveUpAfter: number | undefined;
}

/**
 * Checks and copies the options. Each option is read once, by name, so getters and inherited properties work, and later
 * changes by the caller have no effect. Throws a RangeError that names the option with a wrong type or value.
 */
export function transportSettings(options: TransportOptions): TransportSettings {
  const { signal, token, heartbeat, payloads } = options;
  const { maxHeaderBytes = 64 * 1024, maxPayloadBytes = 64 * 1024 * 1024 } = options;
  const { handshakeTimeout = 5000, closeTimeout = 2000 } = options;
  return {
    signal: signal === undefined ? undefined : checkSignal(signal),
    token: token === undefined ? undefined : copyToken(token),
    maxHeaderBytes: within("maxHeaderBytes", maxHeaderBytes, 1, maxLength),
    maxPayloadBytes: within("maxPayloadBytes", maxPayloadBytes, 0, maxLength),
    handshakeTimeout: within("handshakeTimeout", handshakeTimeout, 0, maxTimerDelay),
    closeTimeout: within("closeTimeout", closeTimeout, 0, maxTimerDelay),
    heartbeat: heartbeat === undefined ? undefined : copyHeartbeat(heartbeat),
    payloads: payloads === undefined ? undefined : checkPayloads(payloads),
  };
}

/**
 * Checks and copies the options as `IPCServer.listen` does, without the schema. Throws a RangeError that names the option with
 * a wrong type or value.
 *
 * @internal For packages that listen on behalf of their user.
 */
export function transportListenSettings(options: TransportListenOptions): TransportListenSettings {
  return { ...transportSettings(options), onRefused: callback("onRefused", options.onRefused) };
}

/**
 * Checks and copies the options as `IPCChannel.connect` does, without the schema. Throws a RangeError that names the option
 * with a wrong type or value.
 *
 * @internal For packages that connect on behalf of their user.
 */
export function transportConnectSettings(options: TransportConnectOptions): TransportConnectSettings {
  const { onRetry, giveUpAfter } = options;
  return {
    ...transportSettings(options),
    onRetry: callback("onRetry", onRetry),
    giveUpAfter: giveUpAfter === undefined ? undefined : within("giveUpAfter", giveUpAfter, 0, maxTimerDelay),
  };
}

function copyHeartbeat(heartbeat: HeartbeatOptions): HeartbeatOptions {
  check("heartbeat must be { interval, timeout }", isObject(heartbeat), heartbeat);
  checkOptionNames(heartbeat, heartbeatOptionNames, "heartbeat");
  const { interval, timeout } = heartbeat;
  return {
    interval: within("heartbeat.interval", interval, shortestInterval, maxTimerDelay),
    timeout: within("heartbeat.timeout", timeout, interval + 1, maxTimerDelay),
  };
}

/** Checks the members, not a class, because a carrier may come from another package. */
function checkPayloads(payloads: PayloadCarrier): PayloadCarrier {
  const isCarrier =
    isObject(payloads) && typeof payloads.feature === "string" && typeof payloads.open === "function";
  check("payloads must be a payload carrier, such as sharedMemory()", isCarrier, payloads);
  return payloads;
}

/** Checks the methods, not the class, because a signal may come from another realm. */
function checkSignal(signal: AbortSignal): AbortSignal {
  const isSignal =
    isObject(signal) &&
    typeof signal.aborted === "boolean" &&
    typeof signal.addEventListener === "function" &&
    typeof signal.removeEventListener === "function";
  check("signal must be an AbortSignal", isSignal, signal);
  return signal;
}

function callback<Args extends unknown[]>(
  name: string,
  given: ((...args: Args) => void) | undefined,
): ((...args: Args) => void) | undefined {
  if (given === undefined) return undefined;
  check(`${name} must be a function`, typeof given === "function", given);
  return warnOfThrows(name, given);
}

/** Wraps a user's callback. Its exception, or the rejection of a promise that it returns, becomes a process warning. */
function warnOfThrows<Args extends unknown[]>(
  name: string,
  callback: (...args: Args) => unknown,
): (...args: Args) => void {
  const warn = (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(`The callback ${name} threw: ${what}`, "IPCChannelWarning");
  };
  return (...args) => {
    try {
      Promise.resolve(callback(...args)).catch(warn);
    } catch (error) {
      warn(error);
    }
  };
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const given = typeof value === "number" ? value : `a value of type ${typeof value}`;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, got ${given}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function check(rule: string, holds: boolean, given: unknown): void {
  if (!holds)
    throw new RangeError(`${rule}, got ${given === null ? "null" : `a value of type ${typeof given}`}`);
}
