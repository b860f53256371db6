import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { now } from "@broadcast-ipc/uploader";
import { BufferRing } from "../buffer-ring.ts";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { grabArguments } from "./grab-arguments.ts";

type Ffmpeg = ChildProcessByStdio<null, Readable, Readable>;

interface ScreenOptions {
  readonly framesPerSecond: number;
  /** Scaled to this size; the screen's own without it. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/** How long ffmpeg may take to open the screen, in ms. */
const openTimeout = 5000;

/** The real screen, through the ffmpeg on PATH, as pixels in the order blue, green, red, nothing. */
export class ScreenSource implements CaptureSource {
  readonly name = "screen";
  readonly hasSound = false;
  readonly #ffmpeg: Ffmpeg;
  readonly #width: number;
  readonly #height: number;
  readonly #ring: BufferRing;
  /** The picture that is being read, and how far. */
  #frame: Uint8Array;
  #filled = 0;
  #isStopped = false;

  private constructor(ffmpeg: Ffmpeg, width: number, height: number) {
    this.#ffmpeg = ffmpeg;
    this.#width = width;
    this.#height = height;
    this.#ring = new BufferRing(width * height * 4);
    this.#frame = this.#ring.take();
  }

  /** Resolves once ffmpeg has opened the screen; rejects with an Error that says in a sentence why it could not. */
  static async open({ framesPerSecond, size }: ScreenOptions): Promise<ScreenSource> {
    const grab = grabArguments(framesPerSecond, process.platform, process.env);
    const scale = size ? ["-vf", `scale=${size.width}:${size.height}`] : [];
    const raw = ["-fps_mode", "passthrough", "-pix_fmt", "bgr0", "-f", "rawvideo", "pipe:1"];
    // In a process group of its own: an interrupt from the terminal is for us to pass on, once the report is made.
    const ffmpeg = spawn("ffmpeg", ["-nostdin", "-hide_banner", "-nostats", ...grab, ...scale, ...raw], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    try {
      const { width, height } = await outputSize(ffmpeg);
      return new ScreenSource(ffmpeg, width, height);
    } catch (error) {
      ffmpeg.kill("SIGKILL");
      throw error;
    }
  }

  start(sink: CaptureSink): void {
    this.#ffmpeg.stdout.on("data", (chunk: Buffer) => this.#read(chunk, sink));
    this.#ffmpeg.stderr.resume();
    this.#ffmpeg.once("exit", (code, signal) => {
      if (!this.#isStopped) sink.failed(new Error(`ffmpeg ended (${signal ?? `exit code ${code}`})`));
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#ffmpeg.kill("SIGKILL");
  }

  #read(chunk: Buffer, sink: CaptureSink): void {
    for (let offset = 0; offset < chunk.length; ) {
      const taken = chunk.subarray(offset, offset + this.#frame.length - this.#filled);
      this.#frame.set(taken, this.#filled);
      this.#filled += taken.length;
      offset += taken.length;
      if (this.#filled === this.#frame.length) this.#deliver(sink);
    }
  }

  #deliver(sink: CaptureSink): void {
    const data = this.#frame;
    this.#frame = this.#ring.take();
    this.#filled = 0;
    sink.picture({
      type: "image",
      format: "BGRX",
      codedWidth: this.#width,
      codedHeight: this.#height,
      data,
      timestamp: now(),
      [Symbol.dispose]: () => this.#ring.giveBack(data),
    });
  }
}

/** The size of the pictures that ffmpeg announces on its standard error before the first one. */
async function outputSize(ffmpeg: Ffmpeg): Promise<{ width: number; height: number }> {
  try {
    await once(ffmpeg, "spawn");
  } catch (cause) {
    throw new Error("ffmpeg is not on PATH; it is what captures the screen (install the package ffmpeg)", {
      cause,
    });
  }
  const timer = setTimeout(() => ffmpeg.kill("SIGKILL"), openTimeout);
  let log = "";
  for await (const chunk of ffmpeg.stderr.iterator({ destroyOnReturn: false })) {
    log += chunk;
    const [, width, height] = /Output #0.*?Video: rawvideo.*?, (\d+)x(\d+)/s.exec(log) ?? [];
    if (!width || !height) continue;
    clearTimeout(timer);
    return { width: Number(width), height: Number(height) };
  }
  clearTimeout(timer);
  throw new Error(`ffmpeg could not open the screen: ${log.trim().split("\n").at(-1) || "it said nothing"}`);
}
