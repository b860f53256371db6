import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/**
 * Runs a program. When it exits, resolves with the lines of JSON that it printed, or rejects if it has failed. The program is
 * killed at the end of the test.
 */
export async function reportsOf(program: URL, ...args: readonly string[]): Promise<object[]> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`${program.pathname} ended with exit code ${code}`);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
