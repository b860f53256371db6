import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program in the folder `root`. If the program fails, rejects with an Error that contains its output. */
export async function runTool(
  root: string,
  file: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  // The npm variables of this run must not reach the other tree. After `npm run -s`, they would silence npm there.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  try {
    await run(file, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024, ...(signal && { signal }) });
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${args[0]} failed in ${root}\n${stdout}${stderr}`, { cause });
  }
}

/**
 * Builds the workspaces that match `filter`, in the syntax of turbo, or all workspaces if `filter` is omitted. The npm
 * dependencies in `root` must be installed.
 */
export async function build(root: string, filter?: string, signal?: AbortSignal): Promise<void> {
  const args = ["run", "build", "--output-logs=errors-only", ...(filter ? [`--filter=${filter}`] : [])];
  await runTool(root, join(root, "node_modules/.bin/turbo"), args, signal);
}
