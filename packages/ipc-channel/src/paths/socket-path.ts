import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { errnoOf, lacksResources, systemError } from "../errors/system-error.ts";

/** The longest path of a socket, in bytes (`sun_path` without its final 0). Linux silently truncates a longer path. */
export const maxPathBytes: number = process.platform === "linux" ? 107 : 103;

const namedPipePrefix = "\\\\.\\pipe\\";

/** Whether the path names a Windows pipe, which is not a file. */
export function isNamedPipe(path: string): boolean {
  return process.platform === "win32" && path.startsWith(namedPipePrefix);
}

/**
 * Resolves a relative path against the working directory. Returns an absolute path unchanged. The result is not normalized,
 * because `..` after a symbolic link means the parent of the link's target.
 * Throws ERR_IPC_PATH_INVALID if a socket cannot have the path. The length limit applies to the absolute path.
 *
 * @internal For packages that are built on this one.
 */
export function absoluteSocketPath(path: string): string {
  checkText(path);
  const absolute = isNamedPipe(path) || isAbsolute(path) ? path : `${workingDirectory(path)}/${path}`;
  checkPath(absolute);
  return absolute;
}

function workingDirectory(path: string): string {
  try {
    const directory = process.cwd();
    return directory === "/" ? "" : directory;
  } catch (cause) {
    throw invalid(`cannot resolve the relative path ${path}: the working directory no longer exists`, cause);
  }
}

/** Throws ERR_IPC_PATH_INVALID if a socket cannot have this absolute path. */
export function checkPath(path: string): void {
  checkText(path);
  if (isNamedPipe(path)) return;
  if (process.platform === "win32")
    throw invalid(`the name of a pipe must begin with ${namedPipePrefix}, got ${path}`);
  const length = Buffer.byteLength(path);
  if (length <= maxPathBytes) return;
  throw invalid(
    `the path of a socket must be at most ${maxPathBytes} bytes long, got ${length} bytes: ${path}`,
  );
}

function checkText(path: string): void {
  if (typeof path !== "string" || path === "")
    throw invalid("the path of a socket must be a string that is not empty");
  if (path.includes("\0")) throw invalid("the path of a socket must not contain a NUL character");
}

/**
 * Returns a safe path for a socket: short enough, and in a directory that only this user can enter. Creates the directory if
 * it does not exist. Processes of one user with the same XDG_RUNTIME_DIR (or temporary directory) get the same path for the
 * same name. On Windows the path is the name of a pipe.
 *
 * `name` has 1 to 64 of the characters A–Z a–z 0–9 . _ - and does not consist of dots only. Throws ERR_IPC_PATH_INVALID for
 * any other name, and if the directory belongs to another user.
 *
 * @example
 * const path = socketPath("my-app"); // "/run/user/1000/broadcast-ipc/my-app", for example
 * const channel = await IPCChannel.connect(path);
 */
export function socketPath(name: string): string {
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]{1,64}$/.test(name) || /^\.+$/.test(name)) {
    throw invalid(
      `name must have 1 to 64 of the characters A-Z a-z 0-9 . _ - and not only dots, got ${JSON.stringify(name)}`,
    );
  }
  if (process.platform === "win32") return `${namedPipePrefix}broadcast-ipc-${name}`;
  const directory = privateDirectory();
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= maxPathBytes) return path;
  // No name contains "~", so a shortened name never equals the name of another socket.
  const short = join(directory, `~${createHash("sha256").update(name).digest("base64url").slice(0, 22)}`);
  checkPath(short);
  return short;
}

function privateDirectory(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  // The XDG specification says that a relative path is ignored.
  if (runtime && isAbsolute(runtime) && isPrivate(runtime)) return ensure(join(runtime, "broadcast-ipc"));
  return ensure(join(temporaryDirectory(), `broadcast-ipc-${process.getuid?.()}`));
}

/** Returns the system's directory for temporary files. Ignores a relative TMPDIR, because it would depend on the working directory. */
export function temporaryDirectory(): string {
  const directory = tmpdir();
  return isAbsolute(directory) ? directory : "/tmp";
}

function ensure(directory: string): string {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") throw invalid(`cannot create ${directory}`, cause);
  }
  if (!isPrivate(directory))
    throw invalid(`${directory} must be a directory of mode 0700 that belongs to this user`);
  return directory;
}

/** Whether `directory` is a directory of mode 0700 that belongs to this user; false for a symbolic link. */
function isPrivate(directory: string): boolean {
  try {
    const stats = lstatSync(directory);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o777) === 0o700;
  } catch (cause) {
    if (lacksResources(cause)) throw invalid(`cannot read the status of ${directory}`, cause);
    return false;
  }
}

function invalid(message: string, cause?: unknown): IPCChannelError {
  return systemError("ERR_IPC_PATH_INVALID", message, cause);
}
