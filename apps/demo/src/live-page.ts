import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { type WebSocket, WebSocketServer } from "ws";
import type { PublishedFrame } from "./frame-feed.ts";
import type { InputMessage } from "./input-message.ts";
import type {
  AudioMessage,
  HelloMessage,
  PageDescription,
  PageFigures,
  SilenceMessage,
} from "./page/page-messages.ts";
import { PageAccess } from "./page-access.ts";
import { servePageFile } from "./page-files.ts";
import { Viewer } from "./viewer.ts";
import { maxViewerMessageBytes } from "./viewer-messages.ts";

/** Options of {@link LivePage.listen}. */
export interface LivePageOptions {
  /** Port on 127.0.0.1; 0 for any free port. */
  readonly port: number;
  readonly description: PageDescription;
  /** Folder of the built page. Default: `dist/page/`. */
  readonly directory?: URL | undefined;
}

/** Serves a web page on 127.0.0.1 that shows a live broadcast. Slow viewers do not delay other viewers. */
export class LivePage implements AsyncDisposable {
  /** Called with `true` when the first viewer turns audio on, and with `false` when the last viewer turns audio off. */
  onAudioDemand: ((wanted: boolean) => void) | undefined;
  /** Called with a viewer's input. If not set, pages accept no input. */
  onInput: ((input: InputMessage) => void) | undefined;
  /** Called when a viewer clicks the button that kills the capture process. If not set, pages hide the button. */
  onKill: (() => void) | undefined;
  /** Address of the page. Any user of this machine who knows the address can watch. */
  readonly url: string;
  readonly #server: Server;
  readonly #viewers = new Set<Viewer>();
  #description: PageDescription;
  #newest: PublishedFrame | undefined;
  #silence: SilenceMessage | undefined;
  #isAudioWanted = false;
  #closed: Promise<unknown> | undefined;

  private constructor(server: Server, access: PageAccess, description: PageDescription) {
    this.#server = server;
    this.#description = description;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${access.path}`;
    const maxPayload = maxViewerMessageBytes;
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
    server.on("upgrade", (request, socket, head) => {
      const isWelcome = this.#closed === undefined && access.pathOf(request) === "/live";
      if (isWelcome) sockets.handleUpgrade(request, socket, head, (webSocket) => this.#admit(webSocket));
      else refuse(socket);
    });
  }

  /** Starts serving the page. Rejects with the system error, such as EADDRINUSE, if the port cannot be opened. */
  static async listen(options: LivePageOptions): Promise<LivePage> {
    // The relative path is correct for both the source (src/live-page.ts) and the bundle (dist/main.js).
    const directory = options.directory ?? new URL("../dist/page/", import.meta.url);
    const access = new PageAccess();
    const server = createServer((request, response) => {
      servePageFile(request, response, access.pathOf(request), directory);
    });
    server.listen({ host: "127.0.0.1", port: options.port });
    await once(server, "listening");
    // Keeps the server running if a connection cannot be accepted, for example because too many files are open.
    server.on("error", () => {});
    return new LivePage(server, access, options.description);
  }

  /** Number of connected pages. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Whether at least one viewer has audio turned on. */
  get isAudioWanted(): boolean {
    return this.#isAudioWanted;
  }

  /** Updates the description of the broadcast. */
  describe(description: PageDescription): void {
    this.#description = description;
    for (const viewer of this.#viewers) viewer.tell(this.#hello);
  }

  /**
   * Shows a frame to all viewers, or plays audio for the viewers that have audio turned on. Does not dispose the
   * sample. `sample.data` must not change, because the newest frame is kept for viewers that connect later.
   */
  publish(sample: ImageSample | EncodedImageSample | AudioSample): void {
    if (sample.type === "audio") {
      const header = JSON.stringify(announceAudio(sample));
      for (const viewer of this.#viewers) viewer.play(header, sample);
      return;
    }
    const isBack = this.#silence !== undefined;
    this.#newest = sample;
    this.#silence = undefined;
    for (const viewer of this.#viewers) {
      if (isBack) viewer.tell({ type: "resumed", timestamp: sample.timestamp });
      viewer.show(sample);
    }
  }

  /** Sends new figures to all viewers. Twice a second is enough. */
  showFigures(figures: PageFigures): void {
    for (const viewer of this.#viewers) viewer.showFigures(figures, this.viewers);
  }

  /** Shows viewers why no frames arrive at the moment. The next published frame ends the interruption. */
  interrupt(reason: string): void {
    this.#fallSilent({ type: "interrupted", reason });
  }

  /** Shows viewers that the broadcast has ended, and why. A frame published later resumes the broadcast. */
  end(reason: string): void {
    this.#fallSilent({ type: "ended", reason });
  }

  /** Closes all connections and the port. Resolves when they are closed. */
  async close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = once(this.#server, "close");
      this.#server.close();
      for (const viewer of this.#viewers) viewer.close();
      this.#server.closeAllConnections();
    }
    await this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #hello(): HelloMessage {
    const can = { input: this.onInput !== undefined, kill: this.onKill !== undefined };
    return { type: "hello", ...this.#description, ...can };
  }

  #admit(socket: WebSocket): void {
    const viewer = new Viewer(socket, {
      onAudio: () => this.#weighAudio(),
      onInput: (input) => this.onInput?.(input),
      onKill: () => this.onKill?.(),
    });
    this.#viewers.add(viewer);
    socket.on("close", () => {
      this.#viewers.delete(viewer);
      this.#weighAudio();
    });
    viewer.tell(this.#hello);
    if (this.#silence !== undefined) viewer.tell(this.#silence);
    if (this.#newest !== undefined) viewer.show(this.#newest);
  }

  #fallSilent(silence: SilenceMessage): void {
    this.#silence = silence;
    for (const viewer of this.#viewers) viewer.tell(silence);
  }

  #weighAudio(): void {
    const wanted = [...this.#viewers].some((viewer) => viewer.wantsAudio);
    if (wanted === this.#isAudioWanted) return;
    this.#isAudioWanted = wanted;
    this.onAudioDemand?.(wanted);
  }
}

function announceAudio(sample: AudioSample): AudioMessage {
  const { type, format, sampleRate, numberOfChannels, numberOfFrames, timestamp } = sample;
  return { type, format, sampleRate, numberOfChannels, numberOfFrames, timestamp };
}

function refuse(socket: Duplex): void {
  socket.on("error", () => {});
  socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
