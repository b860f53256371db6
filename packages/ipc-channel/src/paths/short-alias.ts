import { randomBytes } from "node:crypto";
import { symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { systemError } from "../errors/system-error.ts";
import { checkPath, maxPathBytes, temporaryDirectory } from "./socket-path.ts";

/**
 * Calls `use` with a path that leads to `target` and stays within the length limit of socket paths after `more` bytes are
 * appended. The path is `target` if that is short enough. Otherwise the path is a symbolic link in the temporary directory,
 * and the link is removed afterwards.
 */
export async function withShortAlias<T>(
  target: string,
  more: number,
  use: (name: string) => Promise<T>,
): Promise<T> {
  if (Buffer.byteLength(target) + more <= maxPathBytes) return use(target);
  const alias = join(temporaryDirectory(), `ipc-${randomBytes(12).toString("base64url")}`);
  checkPath(alias + "x".repeat(more));
  try {
    await symlink(target, alias);
  } catch (cause) {
    throw systemError("ERR_IPC_PATH_INVALID", `cannot create a short link to ${target} at ${alias}`, cause);
  }
  try {
    return await use(alias);
  } finally {
    await unlink(alias).catch(() => {});
  }
}
