import { watch } from "node:fs";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Puts a wrapper of ffmpeg first on PATH until the test ends. The wrapper runs the real ffmpeg, and stores the process id
 * and exit code of ffmpeg.
 */
export class FfmpegOnPath {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async put(folder: string): Promise<FfmpegOnPath> {
    const path = process.env.PATH;
    const file = join(folder, "ffmpeg");
    const script = [
      "#!/bin/sh",
      `PATH='${path}'`,
      `test "$1" = -encoders && exec ffmpeg "$@"`,
      "exec 3<&0",
      // A shell connects the input of a background process to /dev/null, unless the input is redirected.
      `ffmpeg "$@" <&3 3<&- &`,
      `echo $! > '${join(folder, "pid.new")}' && mv '${join(folder, "pid.new")}' '${join(folder, "pid")}'`,
      "wait $!",
      "code=$?",
      `echo $code > '${join(folder, "code")}'`,
      "exit $code",
    ];
    for (const name of ["pid", "code"]) await rm(join(folder, name), { force: true });
    await writeFile(file, script.join("\n"));
    await chmod(file, 0o755);
    process.env.PATH = `${folder}${delimiter}${path}`;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    return new FfmpegOnPath(folder);
  }

  /** Resolves with the process id of ffmpeg when a recording has started. */
  async pid(): Promise<number> {
    return Number(await this.#written("pid"));
  }

  /** Resolves with the exit code of ffmpeg, even if the recording process has ended before ffmpeg. */
  async ended(): Promise<number> {
    return Number(await this.#written("code"));
  }

  async #written(name: string): Promise<string> {
    const changes = watch(this.#folder);
    try {
      for (;;) {
        const changed = new Promise((resolve) => changes.once("change", resolve));
        const text = await readFile(join(this.#folder, name), "utf8").catch(() => "");
        if (text.endsWith("\n")) return text;
        await changed;
      }
    } finally {
      changes.close();
    }
  }
}
