import type {
  HeartbeatOptions,
  TransportConnectOptions,
  TransportListenOptions,
  TransportOptions,
} from "./channel-options.ts";

/** The names of {@link HeartbeatOptions}. */
export const heartbeatOptionNames: Record<keyof HeartbeatOptions, true> = { interval: true, timeout: true };

/** The names of {@link TransportOptions}. */
export const transportOptionNames: Record<keyof TransportOptions, true> = {
  signal: true,
  token: true,
  maxHeaderBytes: true,
  maxPayloadBytes: true,
  handshakeTimeout: true,
  closeTimeout: true,
  heartbeat: true,
  payloads: true,
};

/**
 * The names of {@link TransportListenOptions}.
 *
 * @internal For packages that listen on behalf of their user.
 */
export const transportListenOptionNames: Record<keyof TransportListenOptions, true> = {
  ...transportOptionNames,
  onRefused: true,
};

/**
 * The names of {@link TransportConnectOptions}.
 *
 * @internal For packages that connect on behalf of their user.
 */
export const transportConnectOptionNames: Record<keyof TransportConnectOptions, true> = {
  ...transportOptionNames,
  onRetry: true,
  giveUpAfter: true,
};
