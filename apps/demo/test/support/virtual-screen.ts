import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A virtual X display of 640 x 480 pixels without a window manager, and the programs that run on it. */
export class VirtualScreen implements AsyncDisposable {
  /** Environment for programs on the display. */
  readonly env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[];
  /** The sizes that the X server offers. */
  readonly #modes = new Set(["640x480"]);

  private constructor(xvfb: ChildProcess, display: string) {
    this.#children = [xvfb];
    this.env = { ...process.env, DISPLAY: `:${display}`, XDG_SESSION_TYPE: "x11" };
  }

  /** Process id of the X server. */
  get pid(): number {
    return this.#children[0]?.pid ?? 0;
  }

  /** `options` are further options of Xvfb. */
  static async open(...options: string[]): Promise<VirtualScreen> {
    const args = [
      ...options,
      "-displayfd",
      "3",
      "-screen",
      "0",
      "640x480x24",
      "-noreset",
      "-nolisten",
      "tcp",
    ];
    const xvfb = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const [display] = await once(xvfb.stdio[3] as Readable, "data");
    return new VirtualScreen(xvfb, String(display).trim());
  }

  /** Changes the size of the screen to at most 640 x 480 pixels, as the settings of a desktop do. */
  async resize(width: number, height: number): Promise<void> {
    const mode = `${width}x${height}`;
    if (!this.#modes.has(mode)) {
      // The timings do not matter, because no monitor is connected.
      const timings = [width, width, width, width + 1, height, height, height, height + 1].map(String);
      await this.run("xrandr", "--newmode", mode, "25", ...timings);
      await this.run("xrandr", "--addmode", "screen", mode);
      this.#modes.add(mode);
    }
    await this.run("xrandr", "--output", "screen", "--mode", mode);
  }

  /** Starts a program that runs until the display is closed. */
  start(program: string, ...args: string[]): void {
    this.#children.push(spawn(program, args, { env: this.env, stdio: "ignore" }));
  }

  /** Runs a program until it ends. Rejects if the program fails. */
  async run(program: string, ...args: string[]): Promise<void> {
    const [code] = await once(spawn(program, args, { env: this.env, stdio: "ignore" }), "exit");
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "exit");
    }
  }
}
