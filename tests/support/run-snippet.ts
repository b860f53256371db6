import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import ts from "typescript";
import { absolute } from "./documents.ts";
import type { Snippet } from "./snippets.ts";

/** Runs a program until it exits and returns its output. Rejects if it fails, or has not ended after 30 seconds. */
export async function runSnippet(snippet: Snippet): Promise<string> {
  return inFolder(snippet, async (cwd, file, env) => {
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd, env, timeout: 30_000 });
    return stdout;
  });
}

/** A program that runs. */
export interface RunningProgram {
  /** Path of the program's socket. */
  readonly path: string;
  /** Resolves when the program has ended. Rejects if it failed. */
  readonly exited: Promise<void>;
}

/**
 * Runs a program while `use` runs, then kills it, and returns its output. `name` is that of the program's socket. Rejects
 * if the program fails.
 */
export async function runSnippetWith(
  snippet: Snippet,
  name: string,
  use: (program: RunningProgram) => Promise<void>,
): Promise<string> {
  return inFolder(snippet, async (cwd, file, env) => {
    const child = spawn(process.execPath, [file], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = text(child.stdout);
    const errors = text(child.stderr);
    const closed = once(child, "close");
    const exited = closed.then(async ([code]) => {
      if (code !== 0) throw new Error(`the program ended with ${code}: ${await errors}`);
    });
    const failed = exited.then(() => new Promise<never>(() => {}));
    try {
      await Promise.race([use({ path: join(cwd, "broadcast-ipc", name), exited }), failed]);
    } finally {
      failed.catch(() => {});
      child.kill("SIGKILL");
      await closed;
    }
    return output;
  });
}

/** Calls `run` with a new folder, a file in it with the program, and the environment of the program. Removes the folder. */
async function inFolder<T>(
  { language, code }: Snippet,
  run: (folder: string, file: string, env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "snippet-"));
  try {
    await symlink(absolute("node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "broadcast-ipc"), { mode: 0o700 });
    const file = join(folder, /^import /m.test(code) ? "program.mjs" : "program.cjs");
    await writeFile(file, language === "js" ? code : compiled(code));
    // Each program has its own folder for sockets, of the mode that socketPath() asks for. There is no LiveKit server.
    const env = { ...process.env, XDG_RUNTIME_DIR: folder, LIVEKIT_URL: "ws://127.0.0.1:1" };
    return await run(folder, file, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compiles TypeScript for Node 20, which does not support `using`. */
function compiled(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
