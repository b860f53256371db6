import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { closeReason } from "../viewers/close-reason.ts";
import { closeCodes } from "../wire/view-messages.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { originFault } from "./request-origin.ts";

/** Time for an answer of `authorize`, in ms. */
const authorizeTimeout = 10_000;

/** Time after which the connection of a viewer that was turned away is destroyed, in ms. */
const lingerTime = 1_000;

/** What a viewer may do. */
export interface Permission {
  /** Whether the viewer may watch. */
  readonly watch: boolean;
  /** Whether the viewer may send input. Default false. */
  readonly control?: boolean | undefined;
}

/** Decides what the sender of a request may do. */
export type Authorize = (request: IncomingMessage) => Permission | Promise<Permission>;

/** A request that was refused. */
export interface Refusal {
  /** The refused upgrade request. */
  readonly request: IncomingMessage;
  /** The HTTP status, or the code with which the WebSocket was closed. */
  readonly status: number;
  /** The reason, for the server's log. The viewer does not get it. */
  readonly reason: string;
}

interface AdmissionOptions {
  readonly authorize: Authorize;
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  /** Maximum size of a message from a viewer that may control, and from one that may not, in bytes. */
  readonly maxPayload: { readonly control: number; readonly watch: number };
  readonly maxViewers: number;
  readonly isFull: () => boolean;
  readonly onViewer: (
    socket: WebSocket,
    request: IncomingMessage,
    stream: Duplex,
    mayControl: boolean,
  ) => void;
  readonly onRefused: (refusal: Refusal) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Decides which upgrade requests become viewers, and answers all others. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #servers: { readonly control: WebSocketServer; readonly watch: WebSocketServer };
  readonly #pending = new Set<Duplex>();
  #isClosed = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const open = (maxPayload: number) => {
      const server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        maxPayload,
      });
      // Without a listener, ws refuses an invalid handshake and tells nobody.
      return server.on("wsClientError", (error, stream, request) =>
        this.#refuse(request, stream, 400, `the handshake of the WebSocket is invalid: ${error.message}`),
      );
    };
    this.#servers = { control: open(options.maxPayload.control), watch: open(options.maxPayload.watch) };
  }

  /** Answers a request for an upgrade. Never throws. */
  handle(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // Without a listener, a socket error would end the process.
    stream.on("error", () => {});
    if (this.#isClosed) {
      refuseUpgrade(stream, 503);
      return;
    }
    const fault = originFault(request, this.#options);
    if (fault !== undefined) this.#refuse(request, stream, 403, fault);
    else if (this.#pending.size >= this.#options.maxViewers) {
      this.#refuse(request, stream, 503, `${this.#pending.size} requests wait for authorize() already`);
    } else this.#authorize(request, stream, head);
  }

  /** Refuses all requests from now on, and those whose permission is pending. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#pending) refuseUpgrade(stream, 503);
    this.#pending.clear();
  }

  async #authorize(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    this.#pending.add(stream);
    const forget = () => this.#pending.delete(stream);
    stream.once("close", forget);
    let turnAway: { readonly code: number; readonly shown: string; readonly reason: string } | undefined;
    let control = false;
    try {
      const permission = await this.#permissionOf(request);
      control = permission.control === true;
      if (permission.watch !== true) {
        const reason = "authorize() did not allow to watch";
        turnAway = { code: closeCodes.refused, shown: "You are not allowed to watch.", reason };
      } else if (this.#options.isFull()) {
        const reason = `there are ${this.#options.maxViewers} viewers, see "maxViewers"`;
        turnAway = { code: closeCodes.tryLater, shown: "Too many viewers.", reason };
      }
    } catch (error) {
      this.#options.onFailure(error);
      const reason = `authorize() failed: ${error instanceof Error ? error.message : String(error)}`;
      turnAway = { code: closeCodes.tryLater, shown: "Your permission could not be checked.", reason };
    }
    stream.off("close", forget);
    // The peer may have gone, or the view may have been closed.
    if (!forget() || stream.destroyed) return;
    // Browsers hide the status of a refused upgrade from scripts, so the reason travels in a WebSocket's close message.
    const server = control && !turnAway ? this.#servers.control : this.#servers.watch;
    server.handleUpgrade(request, stream, head, (socket) => {
      if (!turnAway) {
        this.#options.onViewer(socket, request, stream, control);
        return;
      }
      const { code, shown, reason } = turnAway;
      socket.on("error", () => {});
      socket.close(code, closeReason(shown));
      setTimeout(() => socket.terminate(), lingerTime).unref();
      this.#options.onRefused({ request, status: code, reason });
    });
  }

  /** Resolves with the permission. Rejects if there is none in time. */
  async #permissionOf(request: IncomingMessage): Promise<Permission> {
    const { authorize } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${authorizeTimeout} ms`)),
        authorizeTimeout,
      ).unref();
    });
    try {
      const permission = await Promise.race([authorize(request), late]);
      if (typeof permission !== "object" || permission === null) {
        throw new TypeError(`expected { watch, control }, got ${String(permission)}`);
      }
      return permission;
    } finally {
      clearTimeout(timer);
    }
  }

  #refuse(request: IncomingMessage, stream: Duplex, status: number, reason: string): void {
    refuseUpgrade(stream, status);
    this.#options.onRefused({ request, status, reason });
  }
}
