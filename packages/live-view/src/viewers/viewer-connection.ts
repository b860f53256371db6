import type { IncomingMessage } from "node:http";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { now } from "@broadcast-ipc/clock";
import type { Scheduler, ViewerInput } from "@broadcast-ipc/protocol";
import type { FrameShare } from "../video/frame-share.ts";
import { VideoTrack } from "../video/video-track.ts";
import { parseViewerMessage } from "../wire/parse-viewer-message.ts";
import {
  type ControlMessage,
  closeCodes,
  type HelloMessage,
  type ViewMessage,
} from "../wire/view-messages.ts";
import { AudioTrack } from "./audio-track.ts";
import { Throttle } from "./throttle.ts";
import { Viewer } from "./viewer.ts";
import type { ViewerSocket, ViewerSocketHandlers } from "./viewer-socket.ts";
import { viewerStats } from "./viewer-stats.ts";

/** What a connection needs from the view. */
interface ViewerConnectionHandlers {
  /** The viewer's demand has changed. */
  onDemand(): void;
  /** The viewer asks for control, or gives it back. */
  onControl(connection: ViewerConnection, isWanted: boolean): void;
  onInput(connection: ViewerConnection, input: ViewerInput): void;
  /** The viewer has sent a message for the host program. */
  onMessage(connection: ViewerConnection, name: string, data: unknown): void;
  /** A frame could not be encoded. */
  onFailure(error: unknown): void;
  hasControl(connection: ViewerConnection): boolean;
  giveControl(connection: ViewerConnection): void;
  /** Called once, when the connection ends in any way. `isCutOff`: the server has ended it because of the viewer. */
  onLeave(connection: ViewerConnection, isCutOff: boolean): void;
}

/** Number of checks of the connection without a message after which a viewer counts as idle. The element sends one a second. */
const idleChecks = 12;

interface ViewerConnectionOptions extends ViewerConnectionHandlers {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly mayControl: boolean;
  readonly share: FrameShare;
  readonly scheduler: Scheduler;
  /** Maximum length of a message for the host program. */
  readonly maxMessageLength: number;
  /** Opens the socket with these handlers. */
  readonly open: (handlers: ViewerSocketHandlers) => ViewerSocket;
}

/** One viewer's connection: its video, its audio, and the messages in both directions. */
export class ViewerConnection {
  readonly id: string;
  readonly mayControl: boolean;
  /** The connection as the host program sees it. */
  readonly viewer: Viewer;
  readonly socket: ViewerSocket;
  readonly video: VideoTrack;
  readonly audio: AudioTrack;
  /** Number of inputs that were dropped because the viewer had no control. */
  refusedInputs = 0;
  readonly #options: ViewerConnectionOptions;
  readonly #controlRequests: Throttle;
  readonly #audioChanges: Throttle;
  #wantsControl = false;
  #wantsAudio = false;
  #failure: string | undefined;
  /** Number of checks since the last message. */
  #silentChecks = 0;
  #toldHello: string | undefined;
  #toldControl = '{"type":"control","holder":"none","isWaiting":false,"isWanted":false}';

  constructor(options: ViewerConnectionOptions) {
    this.#options = options;
    this.id = options.id;
    this.mayControl = options.mayControl;
    this.socket = options.open({
      onMessage: (text) => this.#receive(text),
      onClosed: (code) => {
        this.video.close();
        this.#controlRequests.close();
        this.#audioChanges.close();
        options.onLeave(this, code === closeCodes.invalid || code === closeCodes.removed);
      },
    });
    this.video = new VideoTrack({
      share: options.share,
      scheduler: options.scheduler,
      send: (header, data) => {
        this.#failure = undefined;
        return new Promise((resolve) => this.socket.sendMedia(header, data, resolve));
      },
      onFailure: (error, isLost) => this.#tellFailure(error, isLost),
      onDemand: () => options.onDemand(),
    });
    this.audio = new AudioTrack(this.socket);
    this.viewer = this.#facade();
    this.#audioChanges = new Throttle(options.scheduler, 5, 10, () => {
      this.audio.isOn = this.#wantsAudio;
      options.onDemand();
    });
    // Each change is told to all viewers.
    this.#controlRequests = new Throttle(options.scheduler, 5, 10, () =>
      options.onControl(this, this.#wantsControl),
    );
  }

  /** Sends a message; it is dropped if too much waits already. */
  tell(message: ViewMessage): boolean {
    return this.socket.sendText(JSON.stringify(message));
  }

  /** Sends a message that replaces an earlier one of the same name if that one still waits. */
  tellState(name: string, message: ViewMessage): void {
    this.socket.sendState(name, JSON.stringify(message));
  }

  /** Sends a hello that differs from the last one. */
  tellHello(message: HelloMessage): void {
    const text = JSON.stringify(message);
    if (text === this.#toldHello) return;
    this.#toldHello = text;
    this.socket.sendState("hello", text);
  }

  /** Sends who has control if that has changed. */
  tellControl(message: ControlMessage): void {
    const text = JSON.stringify(message);
    if (text === this.#toldControl) return;
    this.#toldControl = text;
    this.socket.sendState("control", text);
  }

  play(header: string, sample: AudioSample): void {
    this.audio.play(header, sample);
  }

  /** Checks that the viewer is alive and not idle. An idle viewer is dropped, because it may keep others out. */
  check(): void {
    this.#silentChecks++;
    if (this.#silentChecks > idleChecks)
      this.socket.close(closeCodes.tryLater, "Nothing was heard for too long.");
    else this.socket.checkLiveness();
  }

  #facade(): Viewer {
    const { id, request, mayControl } = this.#options;
    const connection = this;
    const stats = viewerStats(this);
    return new Viewer(id, request, mayControl, {
      get hasControl() {
        return connection.#options.hasControl(connection);
      },
      stats,
      send: (name, data) => this.tell({ type: "message", name, data }),
      remove: (reason) => this.socket.close(closeCodes.removed, reason),
      giveControl: () => connection.#options.giveControl(connection),
    });
  }

  #receive(text: string): void {
    this.#silentChecks = 0;
    const message = parseViewerMessage(text, this.#options.maxMessageLength);
    switch (message?.type) {
      case "demand":
        this.video.setDemand(message);
        break;
      case "hidden":
        this.video.setHidden(message.hidden);
        break;
      case "paused":
        this.video.forgetPace();
        break;
      case "shown":
        if (!this.video.acknowledge(message.sequence))
          this.#reject("A frame was acknowledged that was never sent.");
        break;
      case "refresh":
        this.video.refresh();
        break;
      case "audio":
        this.#wantsAudio = message.on;
        this.#audioChanges.run();
        break;
      case "time":
        this.tell({ type: "time", sent: message.sent, now: now() });
        break;
      case "control":
        this.#wantsControl = message.on;
        this.#controlRequests.run();
        break;
      case "input":
        this.#options.onInput(this, message.input);
        break;
      case "message":
        this.#options.onMessage(this, message.name, message.data);
        break;
      default:
        this.#reject("A message was invalid.");
    }
  }

  #reject(reason: string): void {
    this.socket.close(closeCodes.invalid, reason);
  }

  /** Reports why frames cannot be encoded, once until the next frame: to the host program, and to the viewer. */
  #tellFailure(error: unknown, isLost: boolean): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#failure) return;
    this.#failure = reason;
    this.#options.onFailure(error);
    if (isLost) this.tellState("failed", { type: "failed", reason });
  }
}
