import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs git and resolves with its output, without the final newline. Rejects with its error output. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  return (await run("git", args, { cwd })).stdout.trim();
}

/**
 * Commits the working tree, including uncommitted changes and new files, without ignored files. No branch contains the
 * commit, and the index does not change. Resolves with the commit of `HEAD` if nothing has changed.
 */
export async function snapshot(repository: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "index-"));
  const name = "bench";
  const env = {
    ...process.env,
    GIT_INDEX_FILE: join(folder, "index"),
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: name,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: name,
  };
  const inIndex = async (...args: string[]) =>
    (await run("git", args, { cwd: repository, env })).stdout.trim();
  try {
    await inIndex("read-tree", "HEAD");
    await inIndex("add", "--all");
    const tree = await inIndex("write-tree");
    if (tree === (await git(repository, "rev-parse", "HEAD^{tree}")))
      return git(repository, "rev-parse", "HEAD");
    return await inIndex(
      "commit-tree",
      tree,
      "-p",
      "HEAD",
      "-m",
      `the working tree, on ${await git(repository, "rev-parse", "--short", "HEAD")}`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
