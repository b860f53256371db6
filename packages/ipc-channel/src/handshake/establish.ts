import type { Duplex } from "node:stream";
import { Connection } from "../connection/connection.ts";
import type { ConnectionHandler } from "../connection/connection-handler.ts";
import { IPCChannelError, isIPCChannelError } from "../errors/ipc-channel-error.ts";
import type { ChannelSettings } from "../options/channel-settings.ts";
import { type FrameLimits, frameKind } from "../wire/frame.ts";
import { Handshake, type Hello, handshakeLimits, type Role } from "./handshake.ts";

/** The abort reason of an evicted peer. Its connection is closed without a goodbye. */
export const evicted: unique symbol = Symbol("evicted");

/** A connection with an admitted peer. */
export interface Established {
  readonly connection: Connection;
  /** The heartbeat interval that the peer asks for, in ms; `undefined` if it asks for none. */
  readonly peerHeartbeat: number | undefined;
  /** The optional features that the peer lists. */
  readonly peerFeatures: readonly string[];
}

/**
 * Runs the handshake on a stream. Throws a RangeError for an invalid role. On success, the connection is paused and holds back all frames after the handshake.
 * On failure, time-out or abort, sends a goodbye with the reason and destroys the stream before the promise rejects.
 */
export async function establish(
  duplex: Duplex,
  role: Role,
  settings: Pick<ChannelSettings<never>, "signal" | "token" | "handshakeTimeout" | "heartbeat" | "payloads"> &
    FrameLimits,
): Promise<Established> {
  if (role !== "accept" && role !== "connect") throw new RangeError('role must be "accept" or "connect"');
  const { signal, handshakeTimeout, payloads } = settings;
  const features = payloads && payloads.unavailable === undefined ? [payloads.feature] : [];
  const handshake = new Handshake(role, settings, settings.token, settings.heartbeat?.interval, features);
  let admit: (peer: Hello) => void = () => {};
  let refuse: (reason: unknown) => void = () => {};
  const admitted = new Promise<Hello>((resolve, reject) => {
    admit = resolve;
    refuse = reject;
  });
  // A rejection after the handshake has failed for another reason must not be an unhandledRejection.
  admitted.catch(() => {});
  const handler: ConnectionHandler = {
    onFrame: (frame) => {
      const step = handshake.receive(frame);
      if (step.proof) connection.outbox.send(frameKind.proof, step.proof);
      if (!step.admitted) return;
      connection.pause();
      connection.outbox.maxHeaderBytes = Math.min(settings.maxHeaderBytes, step.admitted.maxHeaderBytes);
      connection.outbox.maxPayloadBytes = Math.min(settings.maxPayloadBytes, step.admitted.maxPayloadBytes);
      admit(step.admitted);
    },
    onEnd: ({ error, cause }) => {
      refuse(
        error ??
          new IPCChannelError("ERR_IPC_CLOSED", "the peer closed the connection before it was admitted", {
            cause,
          }),
      );
    },
  };
  const connection = new Connection(duplex, handshakeLimits, handler);
  const timer = setTimeout(() => {
    // If this process was blocked, bytes that arrived in that time are read before this callback runs.
    setImmediate(() => {
      refuse(
        new IPCChannelError("ERR_IPC_TIMEOUT", `the peer was not admitted within ${handshakeTimeout} ms`),
      );
    });
  }, handshakeTimeout);
  const abort = () => refuse(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    signal?.throwIfAborted();
    connection.outbox.send(frameKind.hello, handshake.hello);
    const peer = await admitted;
    return { connection, peerHeartbeat: peer.heartbeat, peerFeatures: peer.features };
  } catch (error) {
    if (error === evicted) await connection.destroy();
    else await connection.close(isIPCChannelError(error) ? error.code : "closed", goodbyeTimeout);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** How long the goodbye to a refused peer may take, in ms. */
const goodbyeTimeout = 100;
