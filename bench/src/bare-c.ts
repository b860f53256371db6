import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Compiles and runs bare-loop.c, which measures a unix socket without Node.js. */
export class BareC {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Compiles bare-loop.c. Resolves with `undefined` if that fails, for example without a C compiler. */
  static async compile(): Promise<BareC | undefined> {
    const folder = await mkdtemp(join(tmpdir(), "bench-c-"));
    try {
      const source = fileURLToPath(new URL("bare-loop.c", import.meta.url));
      await run("cc", ["-O2", "-o", join(folder, "loop"), source]);
      return new BareC(folder);
    } catch {
      await rm(folder, { recursive: true });
      return undefined;
    }
  }

  /** Sends `count` messages of `size` bytes. Resolves with the duration in seconds. */
  async measure(size: number, count: number): Promise<number> {
    const { stdout } = await run(join(this.#folder, "loop"), [
      join(this.#folder, "s"),
      String(size),
      String(count),
    ]);
    return Number(stdout);
  }

  async dispose(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}
