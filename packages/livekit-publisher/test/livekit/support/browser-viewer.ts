import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { joinToken } from "./join-token.ts";
import type { SharedServer } from "./provide-server.ts";
import { readPattern } from "./read-pattern.ts";
import type { SeenFrame, Viewer } from "./viewer.ts";

const { BROWSER_PATH, PATH = "" } = process.env;
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const executablePath =
  BROWSER_PATH ??
  names
    .flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)))
    .find((file) => existsSync(file));

/** Whether a browser is installed. */
export const hasBrowser: boolean = executablePath !== undefined;

/** A headless Chromium whose pages watch rooms with livekit-client. */
export class BrowserViewers implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #pages: Server;
  readonly #url: string;

  private constructor(browser: Browser, pages: Server) {
    this.#browser = browser;
    this.#pages = pages;
    this.#url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`;
  }

  static async launch(): Promise<BrowserViewers> {
    const client = await readFile(fileURLToPath(import.meta.resolve("livekit-client")), "utf8");
    const pages = createServer((request, response) => {
      const isClient = request.url === "/livekit-client.mjs";
      response.setHeader("content-type", isClient ? "text/javascript" : "text/html");
      response.end(isClient ? client : page);
    }).listen(0, "127.0.0.1");
    await once(pages, "listening");
    return new BrowserViewers(await launch(), pages);
  }

  /** Opens a page that joins a room and subscribes to all tracks. */
  async join(server: SharedServer, roomName: string, identity: string): Promise<Viewer> {
    const page = await this.#browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(this.#url);
    await page.waitForFunction("window.join");
    const token = await joinToken(server, roomName, identity);
    const joinedAt = Date.now();
    await page.evaluate(`join(${JSON.stringify(server.url)}, ${JSON.stringify(token)})`);
    return new BrowserViewer(identity, page, joinedAt);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pages.closeAllConnections();
    this.#pages.close();
    await this.#browser.close();
  }
}

class BrowserViewer implements Viewer {
  readonly identity: string;
  readonly joinedAt: number;
  readonly #page: Page;

  constructor(identity: string, page: Page, joinedAt: number) {
    this.identity = identity;
    this.joinedAt = joinedAt;
    this.#page = page;
  }

  frames(): Promise<readonly SeenFrame[]> {
    return this.#page.evaluate<SeenFrame[]>("frames");
  }

  async clear(): Promise<void> {
    await this.#page.evaluate("void (frames.length = 0)");
  }

  async frequency(): Promise<number | undefined> {
    return (await this.#page.evaluate<number | null>("frequency()")) ?? undefined;
  }

  async leave(): Promise<void> {
    await this.#page.evaluate("room.disconnect()");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.close();
  }
}

/** Starts the installed browser. WebRTC may use loopback addresses, and shows the machine's addresses. */
function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...["--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns"],
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

const page = `<!doctype html>
<meta charset="utf-8">
<title>Viewer</title>
<script type="module">
  import { Room, RoomEvent } from "./livekit-client.mjs";

  const readPattern = ${readPattern.toString()};
  globalThis.frames = [];
  globalThis.room = new Room({ adaptiveStream: false });
  let analyser;

  room.on(RoomEvent.TrackSubscribed, (track) => {
    const element = track.attach();
    document.body.append(element);
    if (track.kind === "video") watch(element);
    else listen(track.mediaStreamTrack);
  });
  room.on(RoomEvent.TrackUnsubscribed, (track) => {
    for (const element of track.detach()) element.remove();
  });

  globalThis.join = (url, token) => room.connect(url, token, { rtcConfig: { iceServers: [] } });

  function watch(video) {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const see = () => {
      const { videoWidth: width, videoHeight: height } = video;
      Object.assign(context.canvas, { width, height });
      context.drawImage(video, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const colorAt = (x, y) => {
        const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
        return [data[at], data[at + 1], data[at + 2]];
      };
      frames.push({ ...readPattern(colorAt), width, height, at: Date.now() });
      if (video.isConnected) video.requestVideoFrameCallback(see);
    };
    video.requestVideoFrameCallback(see);
  }

  function listen(track) {
    const context = new AudioContext();
    analyser = new AnalyserNode(context, { fftSize: 16_384, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  }

  globalThis.frequency = () => {
    if (!analyser) return null;
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const strongest = levels.indexOf(Math.max(...levels));
    return levels[strongest] > -60 ? (strongest * analyser.context.sampleRate) / analyser.fftSize : null;
  };
</script>
`;
