import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listProcesses } from "../../src/process-table.ts";

/** A folder for the temporary files of a demo. It also identifies the processes of the demo. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), "test-")));
  }

  /** Environment variables with which the demo puts its temporary files and its sockets into the folder. */
  get env(): NodeJS.ProcessEnv {
    return { TMPDIR: this.path, TMP: this.path, TEMP: this.path, XDG_RUNTIME_DIR: undefined };
  }

  /** Paths of all files, sockets and folders, except the folder for sockets, which a demo never removes. */
  async files(): Promise<string[]> {
    return (await readdir(this.path, { recursive: true })).filter(
      (name) => !/^broadcast-ipc-\d+$/.test(name),
    );
  }

  /** Returns the ids of the running processes whose command line or environment names the folder. */
  async processes(): Promise<number[]> {
    const processes = await listProcesses();
    return processes.filter(({ text }) => text.includes(this.path)).map(({ pid }) => pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
