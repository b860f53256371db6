import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { framesPerSecond } from "./screen-size.ts";

/** A window of 640x360 on an X display in which a test film plays, so that a part of the screen changes with each frame. */
export class FilmWindow implements AsyncDisposable {
  readonly #player: ChildProcess;

  private constructor(player: ChildProcess) {
    this.#player = player;
  }

  /** Rejects if ffplay, which is a part of ffmpeg, is not installed. */
  static async open(display: string): Promise<FilmWindow> {
    const film = `testsrc2=size=640x360:rate=${framesPerSecond}`;
    const env = { ...process.env, DISPLAY: display, SDL_VIDEODRIVER: "x11", SDL_RENDER_DRIVER: "software" };
    const args = ["-loglevel", "quiet", "-noborder", "-an", "-f", "lavfi", "-i", film];
    const player = spawn("ffplay", args, { env, stdio: "ignore" });
    await once(player, "spawn").catch((cause) =>
      Promise.reject(new Error("ffplay is not installed", { cause })),
    );
    return new FilmWindow(player);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#player.exitCode !== null || this.#player.signalCode !== null) return;
    this.#player.kill("SIGKILL");
    await once(this.#player, "exit");
  }
}
