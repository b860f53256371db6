// A fake of the parts of Electron that the examples use. It prints the calls that change what is captured.
import { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** @param {unknown[]} words */
const log = (...words) => console.log(words.join(" "));

export const app = Object.assign(new EventEmitter(), {
  disableHardwareAcceleration: () => log("disableHardwareAcceleration"),
  whenReady: () => delay(1),
});

/** A fake NativeImage of one shade, with the pixels of Electron: BGRA without gaps between the rows. */
export class FakeImage {
  #width;
  #height;
  #shade;

  constructor(width, height, shade) {
    this.#width = width;
    this.#height = height;
    this.#shade = shade;
  }

  getSize() {
    return { width: this.#width, height: this.#height };
  }

  isEmpty() {
    return this.#width * this.#height === 0;
  }

  toBitmap() {
    return Buffer.alloc(this.#width * this.#height * 4, this.#shade);
  }
}

/** Fake WebContents, which paint like those of an offscreen window: at the frame rate, until painting is stopped. */
export class FakeWebContents extends EventEmitter {
  #isPainting = true;
  #frameRate = 60;
  #shade = 0;
  #timer;
  #size = { width: 0, height: 0 };

  /** Starts to paint, as when a page is loaded that changes all the time. */
  load(size) {
    this.#size = size;
    this.#schedule();
  }

  /** Paints a frame of the given size in physical pixels. */
  paint(dirty, size = this.#size) {
    this.emit("paint", {}, dirty, new FakeImage(size.width, size.height, ++this.#shade % 256));
  }

  invalidate() {
    log("invalidate");
    const { width, height } = this.#size;
    if (this.#isPainting) this.paint({ x: 0, y: 0, width, height });
  }

  isDestroyed() {
    return false;
  }

  isPainting() {
    return this.#isPainting;
  }

  setFrameRate(fps) {
    log("setFrameRate", fps);
    this.#frameRate = fps;
    if (this.#timer) this.#schedule();
  }

  startPainting() {
    log("startPainting");
    this.#isPainting = true;
  }

  stopPainting() {
    log("stopPainting");
    this.#isPainting = false;
  }

  #schedule() {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (this.#isPainting) this.paint({ x: 10, y: 20, width: 30, height: 40 });
    }, 1000 / this.#frameRate);
  }
}

export class BrowserWindow extends EventEmitter {
  webContents = new FakeWebContents();
  #options;

  constructor(options) {
    super();
    this.#options = options;
  }

  async loadURL(url) {
    log("loadURL", url);
    const { width, height, webPreferences } = this.#options;
    const scale = webPreferences.offscreen.deviceScaleFactor;
    this.webContents.load({ width: width * scale, height: height * scale });
  }

  async loadFile(path) {
    await readFile(path);
    const renderer = new FakeRenderer();
    await renderer.runPreload(this.#options.webPreferences.preload);
    this.webContents.executeJavaScript = (code, userGesture) => renderer.execute(code, userGesture);
  }
}

export const desktopCapturer = {
  getSources: async ({ types }) => types.map((type) => ({ id: `${type}:1:0`, name: type, display_id: "1" })),
};

let displayMediaHandler;
export const session = {
  defaultSession: {
    setDisplayMediaRequestHandler: (handler) => {
      displayMediaHandler = handler;
    },
  },
};

const handlers = new Map();
export const ipcMain = { handle: (channel, listener) => handlers.set(channel, listener) };

/** A fake renderer process: what a preload script and a page find there. Messages are cloned, as between processes. */
class FakeRenderer {
  #world = {};
  #hasGesture = false;

  async runPreload(path) {
    const electron = {
      contextBridge: { exposeInMainWorld: (name, api) => Object.assign(this.#world, { [name]: api }) },
      ipcRenderer: {
        invoke: async (channel, ...args) =>
          structuredClone(await handlers.get(channel)({}, ...structuredClone(args))),
      },
    };
    const navigator = { mediaDevices: { getDisplayMedia: (options) => this.#getDisplayMedia(options) } };
    const run = new Function(
      "require",
      "navigator",
      "MediaStreamTrackProcessor",
      await readFile(path, "utf8"),
    );
    run(() => electron, navigator, FakeTrackProcessor);
  }

  async execute(code, userGesture) {
    log(code);
    this.#hasGesture = userGesture === true;
    const run = new Function(...Object.keys(this.#world), `return ${code}`);
    return run(...Object.values(this.#world));
  }

  async #getDisplayMedia({ video }) {
    if (!this.#hasGesture)
      throw new DOMException("getDisplayMedia() needs a user gesture", "InvalidStateError");
    const streams = await new Promise((resolve) => displayMediaHandler({ videoRequested: true }, resolve));
    log("captures", streams.video.id);
    const track = new FakeTrack(video.frameRate);
    return { getVideoTracks: () => [track] };
  }
}

class FakeTrack {
  readyState = "live";
  frameRate;

  constructor(frameRate) {
    this.frameRate = frameRate;
  }

  async applyConstraints({ frameRate }) {
    log("applyConstraints", frameRate);
    this.frameRate = frameRate;
  }

  stop() {
    this.readyState = "ended";
  }
}

let openFrames = 0;

class FakeTrackProcessor {
  readable;

  constructor({ track }) {
    let shade = 0;
    this.readable = new ReadableStream(
      {
        async pull(controller) {
          await delay(1000 / track.frameRate);
          if (track.readyState !== "live") return controller.close();
          // Formats that the uploader knows and one that it does not, in turns.
          const format = ["I420", "BGRA", "I444"][shade % 3];
          controller.enqueue(new FakeVideoFrame(format, ++shade));
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** A fake VideoFrame of 64 x 48 visible pixels, whose rows are longer than the visible pixels need. */
class FakeVideoFrame {
  format;
  visibleRect = { x: 0, y: 0, width: 64, height: 48 };
  #shade;

  constructor(format, shade) {
    this.format = format;
    this.#shade = shade % 256;
    // Chromium delivers no more frames if a program does not close them.
    if (++openFrames > 2) throw new Error("the frames are not closed");
  }

  #layout({ format = this.format }) {
    if (format !== "I420") return [{ offset: 16, stride: 64 * 4 + 32 }];
    return [
      { offset: 0, stride: 80 },
      { offset: 80 * 48, stride: 40 },
      { offset: 80 * 48 + 40 * 24, stride: 40 },
    ];
  }

  allocationSize(options) {
    if (options.format === undefined && this.format === "I444") return 64 * 48 * 3;
    const { offset, stride } = this.#layout(options).at(-1);
    return offset + stride * ((options.format ?? this.format) === "I420" ? 24 : 48);
  }

  async copyTo(data, options) {
    data.fill(this.#shade);
    return this.#layout(options);
  }

  close() {
    openFrames--;
  }
}
