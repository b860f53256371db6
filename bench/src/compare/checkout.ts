import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, runTool } from "../run-tool.ts";
import { git } from "./git.ts";
import { linkModules } from "./link-modules.ts";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** A commit in its own git worktree, with its packages installed and built. Disposing it removes the worktree. */
export class Checkout implements Disposable {
  readonly root: string;
  readonly #repository: string;
  readonly #signal: AbortSignal;

  private constructor(repository: string, root: string, signal: AbortSignal) {
    this.#repository = repository;
    this.root = root;
    this.#signal = signal;
  }

  /**
   * Checks out a commit in a new worktree. Resolves when the files of the commit exist. Aborting `signal` ends the
   * commands that `install()` and `build()` run.
   */
  static async create(
    repository: string,
    commit: string,
    root: string,
    signal: AbortSignal,
  ): Promise<Checkout> {
    await mkdir(dirname(root), { recursive: true });
    await git(repository, "worktree", "add", "--quiet", "--detach", root, commit);
    return new Checkout(repository, root, signal);
  }

  /** URL of the folder with the bench files. It ends in a slash. */
  get benchFiles(): URL {
    return pathToFileURL(join(this.root, "bench/src/"));
  }

  /**
   * Installs packages. Runs `npm ci` if the lock file differs from that of `current`, the checkout of the working tree.
   * For packages that are still missing, creates links to those that are installed in the repository.
   */
  async install(current: Checkout): Promise<void> {
    const [ours, theirs] = await Promise.all([this.#lockFile(), current.#lockFile()]);
    const options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    if (ours !== theirs) await runTool(this.root, npm, options, this.#signal);
    const manifests = await git(this.root, "ls-files", "*/package.json");
    const workspaces = manifests.split("\n").map((file) => dirname(file));
    await linkModules(this.#repository, this.root, workspaces);
  }

  async build(): Promise<void> {
    await build(this.root, "./packages/*", this.#signal);
  }

  /** Replaces the bench files with those of `other`, so that both commits are measured in the same way. */
  async useBenchOf(other: Checkout): Promise<void> {
    if (other === this) return;
    await rm(join(this.root, "bench"), { recursive: true, force: true });
    const filter = (source: string) => !source.includes("node_modules", other.root.length);
    await cp(join(other.root, "bench"), join(this.root, "bench"), { recursive: true, filter });
  }

  /** Removes the worktree. Synchronous, so that a signal handler can call it. */
  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    execFileSync("git", ["worktree", "prune"], { cwd: this.#repository });
  }

  async #lockFile(): Promise<string> {
    return readFile(join(this.root, "package-lock.json"), "utf8").catch(() => "");
  }
}
