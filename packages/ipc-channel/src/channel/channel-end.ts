import type { Connection } from "../connection/connection.ts";
import type { ConnectionEnd } from "../connection/connection-handler.ts";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import type { Established } from "../handshake/establish.ts";
import { refusal } from "../handshake/handshake.ts";
import type { HeartbeatOptions } from "../options/channel-options.ts";
import type { ChannelPayloads } from "./channel-payloads.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Inbox } from "./inbox.ts";

/** Why a channel has ended. */
export type CloseReason =
  /** One side called `close()`. */
  | { readonly by: "us" | "peer"; readonly code: "closed"; readonly error?: undefined }
  /** The connection broke. `error` is ERR_IPC_TRUNCATED_MESSAGE or the stream's own error, if there is one. */
  | { readonly by: "peer"; readonly code: "lost"; readonly error?: Error | undefined }
  /** A write of this side failed while the peer was connected: for lack of resources (ERR_IPC_RESOURCES), or because a payload's memory was transferred or resized. */
  | { readonly by: "us"; readonly code: "lost"; readonly error?: Error | undefined }
  /** This side or the peer gave up because of `error`. */
  | { readonly by: "us" | "peer"; readonly code: "error"; readonly error: IPCChannelError }
  /** The heartbeat found the peer silent for too long. */
  | { readonly by: "us"; readonly code: "timeout"; readonly error: IPCChannelError };

/** Options of {@link ChannelEnd}, from the channel's options. */
export interface EndOptions {
  readonly heartbeat: HeartbeatOptions | undefined;
  readonly closeTimeout: number;
}

/** Ends a channel at the first close(), goodbye, silence, error or loss of the connection, and resolves `ended` and `closed`. */
export class ChannelEnd {
  /** See {@link IPCChannel.closed}. */
  readonly closed: Promise<CloseReason>;
  /** See {@link IPCChannel.ended}. */
  readonly ended: Promise<void>;
  readonly #connection: Connection;
  readonly #inbox: Pick<Inbox<unknown>, "end" | "onceEmpty">;
  readonly #payloads: Pick<ChannelPayloads, "close">;
  readonly #heartbeat: Heartbeat;
  readonly #closeTimeout: number;
  #resolveClosed: (reason: CloseReason) => void = () => {};
  #resolveEnded: () => void = () => {};
  #isClosed = false;
  /** The error with which sends reject; `undefined` while messages can be sent. Set only by this class. A field instead of a getter, because every send reads it. */
  sendError: IPCChannelError | undefined;

  constructor(
    { connection, peerHeartbeat }: Established,
    inbox: Pick<Inbox<unknown>, "end" | "onceEmpty">,
    payloads: Pick<ChannelPayloads, "close">,
    { heartbeat, closeTimeout }: EndOptions,
  ) {
    this.#connection = connection;
    this.#inbox = inbox;
    this.#payloads = payloads;
    this.#closeTimeout = closeTimeout;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
      connection.outbox.refused.then(resolve);
    });
    this.#heartbeat = new Heartbeat(connection, heartbeat, peerHeartbeat, () => this.#onSilence());
  }

  /** Handles the peer's goodbye. Messages that arrived before it can still be taken. */
  onGoodbye(header: unknown): void {
    const error = refusal(header);
    this.#heartbeat.stop();
    this.sendError ??= new IPCChannelError("ERR_IPC_CLOSED", "the peer has closed the channel", {
      cause: error,
    });
    const isOrderly = error.code === "ERR_IPC_CLOSED";
    this.#inbox.end(isOrderly ? undefined : error);
    this.#connection.leave(this.#closeTimeout);
    this.#inbox.onceEmpty(() => {
      this.close({ by: "peer", ...(isOrderly ? { code: "closed" } : { code: "error", error }) });
    });
  }

  /** Handles the end of the connection. */
  onEnd({ error, cause, isOwnFault }: ConnectionEnd): void {
    this.#inbox.end(error);
    const isCorrupt = error && error.code !== "ERR_IPC_TRUNCATED_MESSAGE";
    if (isOwnFault) this.close({ by: "us", code: "lost", error: error ?? cause });
    else if (isCorrupt) this.close({ by: "us", code: "error", error });
    else this.close({ by: "peer", code: "lost", error: error ?? cause });
  }

  /** Ends the channel with `reason`. Flushes for at most `timeout` ms. Later calls do nothing. */
  async close(reason: CloseReason, timeout: number = this.#closeTimeout): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#payloads.close();
    this.#heartbeat.stop();
    this.sendError ??= new IPCChannelError("ERR_IPC_CLOSED", "the channel is closed", {
      cause: reason.error,
    });
    this.#resolveEnded();
    if (reason.code === "lost" || reason.code === "timeout") await this.#connection.destroy();
    else if (reason.by === "peer") await this.#connection.leave(this.#closeTimeout);
    else await this.#connection.close(reason.error?.code ?? "closed", Math.min(timeout, this.#closeTimeout));
    this.#resolveClosed(reason);
  }

  #onSilence(): void {
    const error = new IPCChannelError("ERR_IPC_TIMEOUT", "the peer has been silent for too long");
    this.#inbox.end(error);
    this.close({ by: "us", code: "timeout", error });
  }
}
