import type { Duplex } from "node:stream";
import type { ChannelSettings } from "./channel-settings.ts";
import { Connection } from "./connection.ts";
import type { ConnectionHandler } from "./connection-handler.ts";
import { type FrameLimits, frameKind } from "./frame.ts";
import { Handshake, type Hello, handshakeLimits, type Role } from "./handshake.ts";
import { IPCChannelError, isIPCChannelError } from "./ipc-channel-error.ts";

/** The reason to abort with where the peer is not worth a goodbye: there are too many of them. */
export const evicted: unique symbol = Symbol("evicted");

/** A connection whose peer is admitted. */
export interface Established {
  readonly connection: Connection;
  /** How often the peer wants to hear from us, in ms. */
  readonly peerHeartbeat: number | undefined;
}

/**
 * Runs the handshake on a stream. On success nothing has been read beyond it but what the connection holds back, paused.
 * On failure, time-out or abort the peer is told why, and the stream is destroyed before the promise rejects.
 */
export async function establish(
  duplex: Duplex,
  role: Role,
  settings: Pick<ChannelSettings<never>, "signal" | "token" | "handshakeTimeout" | "heartbeat"> & FrameLimits,
): Promise<Established> {
  const { signal, handshakeTimeout } = settings;
  const handshake = new Handshake(role, settings, settings.token, settings.heartbeat?.interval);
  let admit: (peer: Hello) => void = () => {};
  let refuse: (reason: unknown) => void = () => {};
  const admitted = new Promise<Hello>((resolve, reject) => {
    admit = resolve;
    refuse = reject;
  });
  // It may also reject while nobody waits for it any more.
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
        error ?? new IPCChannelError("ERR_IPC_CLOSED", "the peer closed before it was admitted", { cause }),
      );
    },
  };
  const connection = new Connection(duplex, handshakeLimits, handler);
  const timer = setTimeout(() => {
    // It may be us who were busy: what came meanwhile is read before this runs.
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
    const { heartbeat } = await admitted;
    return { connection, peerHeartbeat: heartbeat };
  } catch (error) {
    if (error === evicted) await connection.destroy();
    else await connection.close(isIPCChannelError(error) ? error.code : "closed", goodbyeTimeout);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** How long a refused peer is given to be told why, in ms. */
const goodbyeTimeout = 100;
