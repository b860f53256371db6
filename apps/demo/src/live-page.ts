import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { type WebSocket, WebSocketServer } from "ws";
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
import type { PublishedPicture } from "./picture-feed.ts";
import { Viewer } from "./viewer.ts";
import { maxViewerMessageBytes } from "./viewer-messages.ts";

/** How to open a {@link LivePage}. */
export interface LivePageOptions {
  /** On 127.0.0.1; 0 takes any that is free. */
  readonly port: number;
  readonly description: PageDescription;
  /** Where the built page lies; beside the built app by default. */
  readonly directory?: URL | undefined;
}

/** A web page on this machine that shows a broadcast live to any number of viewers, each at its own pace. */
export class LivePage implements AsyncDisposable {
  /** Called when the first viewer wants sound, and when none wants it any more. */
  onSoundDemand: ((wanted: boolean) => void) | undefined;
  /** Called with what some viewer does to what is watched. Without it, pages say that nobody can take over. */
  onInput: ((input: InputMessage) => void) | undefined;
  /** Called when some viewer wants the capture process killed. Without it, pages have no button for that. */
  onKill: (() => void) | undefined;
  /** Where to open the page; whoever knows it may watch. */
  readonly url: string;
  readonly #server: Server;
  readonly #viewers = new Set<Viewer>();
  #description: PageDescription;
  #newest: PublishedPicture | undefined;
  #silence: SilenceMessage | undefined;
  #isSoundWanted = false;
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

  /** Opens the page. Rejects with the system's error where the port is taken (EADDRINUSE). */
  static async listen(options: LivePageOptions): Promise<LivePage> {
    // Built (dist/main.js) and not (src/live-page.ts), this file is one folder below the package.
    const directory = options.directory ?? new URL("../dist/page/", import.meta.url);
    const access = new PageAccess();
    const server = createServer((request, response) => {
      servePageFile(request, response, access.pathOf(request), directory);
    });
    server.listen({ host: "127.0.0.1", port: options.port });
    await once(server, "listening");
    // A connection that cannot be accepted (too many open files, say) is no reason to stop.
    server.on("error", () => {});
    return new LivePage(server, access, options.description);
  }

  /** Pages that watch at the moment. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Whether some viewer wants sound. */
  get isSoundWanted(): boolean {
    return this.#isSoundWanted;
  }

  /** Says anew what is shown, once that is known better. */
  describe(description: PageDescription): void {
    this.#description = description;
    for (const viewer of this.#viewers) viewer.tell(this.#hello);
  }

  /**
   * Shows a picture, or plays sound to those who asked for it. The sample's `data` must not change afterwards: the
   * newest picture is kept for viewers to come. The sample is never disposed.
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

  /** Shows figures; about twice a second is often enough. */
  showFigures(figures: PageFigures): void {
    for (const viewer of this.#viewers) viewer.showFigures(figures, this.viewers);
  }

  /** Says that no pictures come for a while, and why; the next one that is published ends that. */
  interrupt(reason: string): void {
    this.#fallSilent({ type: "interrupted", reason });
  }

  /** Says that the broadcast is over. A picture published later brings it back to life. */
  end(reason: string): void {
    this.#fallSilent({ type: "ended", reason });
  }

  /** Says goodbye to all viewers and frees the port; settles when that is done. */
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
      onSound: () => this.#weighSound(),
      onInput: (input) => this.onInput?.(input),
      onKill: () => this.onKill?.(),
    });
    this.#viewers.add(viewer);
    socket.on("close", () => {
      this.#viewers.delete(viewer);
      this.#weighSound();
    });
    viewer.tell(this.#hello);
    if (this.#silence !== undefined) viewer.tell(this.#silence);
    if (this.#newest !== undefined) viewer.show(this.#newest);
  }

  #fallSilent(silence: SilenceMessage): void {
    this.#silence = silence;
    for (const viewer of this.#viewers) viewer.tell(silence);
  }

  #weighSound(): void {
    const wanted = [...this.#viewers].some((viewer) => viewer.wantsSound);
    if (wanted === this.#isSoundWanted) return;
    this.#isSoundWanted = wanted;
    this.onSoundDemand?.(wanted);
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
