import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { maxPasteLength } from "@broadcast-ipc/protocol";
import {
  type ReceiverLike,
  type SourceSample,
  nodeScheduler as scheduler,
} from "@broadcast-ipc/receiver/sink";
import type { WebSocket } from "ws";
import { Admission } from "./access/admission.ts";
import { InputControl } from "./control/input-control.ts";
import { ElementFile } from "./element-file.ts";
import type { LiveViewEvents } from "./live-view-events.ts";
import { type LiveViewOptions, type LiveViewSettings, liveViewSettings } from "./live-view-options.ts";
import type { LiveViewStats } from "./live-view-stats.ts";
import { Broadcast } from "./upstream/broadcast.ts";
import { ViewEvents } from "./view-events.ts";
import type { Viewer } from "./viewers/viewer.ts";
import { ViewerConnection } from "./viewers/viewer-connection.ts";
import { ViewerList } from "./viewers/viewer-list.ts";
import { ViewerSocket } from "./viewers/viewer-socket.ts";
import { maxViewerMessageLength } from "./wire/parse-viewer-message.ts";
import { closeCodes } from "./wire/view-messages.ts";

/**
 * Shows the video and audio of a receiver to any number of browser viewers, each at its own pace, and sends their input
 * back.
 *
 * `source` is one `BroadcastReceiver`, or many, such as a `BroadcastServer`: then the newest one is shown. Open receivers
 * with `decode: false`, so that compressed frames pass through. The view sets the receiver's demand and reads its samples
 * and its messages of type "page". The receiver and the HTTP server belong to the host program.
 *
 * @example
 * await using receiver = await BroadcastReceiver.accept(socketPath("screen"), { decode: false });
 * const view = new LiveView(receiver, { authorize: (request) => ({ watch: true, control: isOwner(request) }) });
 * server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
 */
export class LiveView extends EventEmitter<LiveViewEvents> implements AsyncDisposable {
  readonly #settings: LiveViewSettings;
  readonly #admission: Admission;
  readonly #element: ElementFile;
  readonly #connections: ViewerList;
  readonly #broadcast: Broadcast;
  readonly #control: InputControl;
  readonly #events = new ViewEvents((name, ...args) => this.emit(name, ...(args as never)));
  #closed: Promise<void> | undefined;

  /** Throws a RangeError that names an invalid option. */
  constructor(source: ReceiverLike | AsyncIterable<ReceiverLike>, options: LiveViewOptions = {}) {
    super();
    const settings = liveViewSettings(options);
    this.#settings = settings;
    this.#element = new ElementFile(settings.origins);
    this.#connections = new ViewerList(settings.pingInterval);
    this.#control = new InputControl({
      mode: settings.control,
      scheduler,
      viewers: this.#connections,
      onChange: (viewer, previous) =>
        this.#events.tell("control", { viewer: viewer?.viewer, previous: previous?.viewer }),
      onRequest: (connection) => this.#events.tell("controlrequest", connection.viewer),
    });
    this.#broadcast = new Broadcast(source, {
      viewers: this.#connections,
      scheduler,
      idleDemand: settings.idleDemand,
      onReceiver: (receiver) => this.#control.connect(receiver),
      onFrame: (frame) => this.#events.tell("frame", frame),
      onFailure: this.#events.fail,
    });
    const watch = 3 * Math.max(maxViewerMessageLength, settings.maxMessageLength);
    this.#admission = new Admission({
      ...settings,
      maxPayload: { watch, control: Math.max(watch, 4 * maxPasteLength) },
      isFull: () => this.#connections.size >= settings.maxViewers,
      onViewer: (socket, request, stream, mayControl) => this.#admit(socket, request, stream, mayControl),
      onRefused: this.#events.refuse,
      onFailure: this.#events.fail,
    });
  }

  /** The connected viewers. */
  get viewers(): ReadonlySet<Viewer> {
    return new Set([...this.#connections].map(({ viewer }) => viewer));
  }

  /** The viewer that took control last and has not given it back. */
  get controller(): Viewer | undefined {
    return this.#control.holder?.viewer;
  }

  /**
   * The newest frame; `undefined` before the first one and after {@link close}. Its memory is reused once a newer frame has
   * arrived, so read its data synchronously, or use {@link readNewest}. Do not change or dispose it.
   */
  get newest(): SourceSample | undefined {
    return this.#broadcast.share.last?.sample;
  }

  /**
   * Calls `read` with the newest frame, and keeps the frame's memory until the promise that `read` returns settles. Settles
   * like that promise; resolves with `undefined` if there is no frame. Do not change or dispose the frame.
   *
   * @example
   * const codec = new BroadcastImageCodec();
   * const jpeg = await view.readNewest((frame) => codec.encode(frame, { encodings: ["jpeg"] }));
   */
  async readNewest<Result>(
    read: (frame: SourceSample) => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    const frame = this.#broadcast.share.last;
    return frame?.read(() => read(frame.sample));
  }

  /**
   * Answers an upgrade request: opens a viewer's WebSocket, or refuses the request and closes the connection. Handles
   * any path, so check the path first if the server has others. Never throws.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#admission.handle(request, socket, head);
  }

  /**
   * Answers a request for the element, whose path ends with `/element.js`. Returns `false` for any other path, and leaves
   * the request alone.
   */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#element.handle(request, response);
  }

  /** Takes control away from all viewers. What they hold is released. They may ask for control again. */
  takeControl(): void {
    this.#control.takeAway();
  }

  /**
   * Sends a message to all viewers. It is dropped for a viewer that does not read, see `Viewer.send`. Throws a TypeError
   * if `data` cannot be JSON.
   */
  send(name: string, data?: unknown): void {
    const text = JSON.stringify({ type: "message", name, data });
    for (const { socket } of this.#connections) socket.sendText(text);
  }

  /** Shows viewers why no frames arrive at the moment. The next frame ends the interruption. */
  interrupt(reason: string): void {
    this.#broadcast.interrupt(reason);
  }

  /** Shows viewers that the broadcast has ended, and why. A later frame resumes it. */
  end(reason: string): void {
    this.#broadcast.end(reason);
  }

  /** Returns the counters of this view since its start. */
  stats(): LiveViewStats {
    const { frames, bytes } = this.#connections.sent;
    return {
      viewers: this.#connections.size,
      frames: { received: this.#broadcast.share.published, sent: frames },
      encodes: this.#broadcast.share.encodes,
      bytes,
      inputs: this.#control.counts,
      refused: this.#events.refused,
    };
  }

  /**
   * Closes all viewers with code 1001, which tells their pages to connect again, and stops reading. Resolves when the
   * connections are closed, after one second at the latest. The receiver stays open and sends neither video nor audio.
   * Idempotent.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#admission.close();
    const sockets = [...this.#connections].map(({ socket }) => socket);
    for (const socket of sockets) socket.close(closeCodes.leaving);
    this.#broadcast.close();
    await Promise.all(sockets.map(({ ended }) => ended));
  }

  #admit(socket: WebSocket, request: IncomingMessage, stream: Duplex, mayControl: boolean): void {
    const connection = new ViewerConnection({
      id: randomUUID(),
      request,
      mayControl,
      share: this.#broadcast.share,
      scheduler,
      maxMessageLength: this.#settings.maxMessageLength,
      open: (handlers) => new ViewerSocket(socket, stream, { scheduler, ...handlers }),
      onDemand: () => this.#broadcast.weigh(),
      onControl: (viewer, isWanted) => this.#control.ask(viewer, isWanted),
      onInput: (viewer, input) => this.#control.input(viewer, input),
      onMessage: ({ viewer }, name, data) => this.#events.tell("message", { viewer, name, data }),
      onLeave: (viewer, isCutOff) => this.#leave(viewer, isCutOff),
      onFailure: this.#events.fail,
      hasControl: (viewer) => this.#control.hasControl(viewer),
      giveControl: (viewer) => this.#control.give(viewer),
    });
    this.#connections.add(connection);
    this.#broadcast.greet(connection);
    this.#control.join(connection);
    this.#events.tell("viewer", connection.viewer);
  }

  #leave(connection: ViewerConnection, isCutOff: boolean): void {
    this.#connections.delete(connection);
    this.#control.leave(connection, isCutOff);
    this.#broadcast.weigh();
    this.#events.tell("leave", connection.viewer);
  }
}
