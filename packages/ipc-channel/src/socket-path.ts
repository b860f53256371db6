import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { IPCChannelError } from "./ipc-channel-error.ts";
import { errnoOf, lacksResources, systemError } from "./system-error.ts";

/** The most bytes of a path that the platform keeps (`sun_path` without its final 0); Linux cuts a longer one silently. */
export const maxPathBytes: number = process.platform === "linux" ? 107 : 103;

const namedPipePrefix = "\\\\.\\pipe\\";

/** Whether the path names a Windows pipe, which is no file. */
export function isNamedPipe(path: string): boolean {
  return process.platform === "win32" && path.startsWith(namedPipePrefix);
}

/**
 * Makes a relative path absolute by putting the working directory before it. The result is not normalized, because `..`
 * after a symbolic link does not mean the parent in the text. Returns an absolute path unchanged.
 * Throws ERR_IPC_PATH_INVALID if a socket cannot have the path. The limit is on the length of the absolute path.
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
    throw invalid(`the path is relative, and the working directory no longer exists: ${path}`, cause);
  }
}

/** Throws ERR_IPC_PATH_INVALID where a socket cannot have this path. */
export function checkPath(path: string): void {
  checkText(path);
  if (isNamedPipe(path)) return;
  if (process.platform === "win32")
    throw invalid(`a pipe's name must begin with ${namedPipePrefix}: ${path}`);
  const length = Buffer.byteLength(path);
  if (length <= maxPathBytes) return;
  throw invalid(`the absolute path is ${length} bytes long, a socket's path may be ${maxPathBytes}: ${path}`);
}

function checkText(path: string): void {
  if (typeof path !== "string" || path === "")
    throw invalid("a socket path must be a string that is not empty");
  if (path.includes("\0")) throw invalid("a socket path must not contain a NUL character");
}

/**
 * A safe place for a socket: short, and in a directory that only this user can enter, made where it is missing.
 * The same name gives the same path in every process of the user with the same XDG_RUNTIME_DIR (or temporary directory).
 * On Windows it is the name of a pipe.
 *
 * `name` is 1 to 64 of A–Z a–z 0–9 . _ - and not dots alone. Throws ERR_IPC_PATH_INVALID otherwise, or where the
 * directory belongs to somebody else.
 */
export function socketPath(name: string): string {
  if (typeof name !== "string" || !/^[A-Za-z0-9._-]{1,64}$/.test(name) || /^\.+$/.test(name)) {
    throw invalid(
      `a socket's name is 1 to 64 of A-Z a-z 0-9 . _ - and not dots alone: ${JSON.stringify(name)}`,
    );
  }
  if (process.platform === "win32") return `${namedPipePrefix}broadcast-ipc-${name}`;
  const directory = privateDirectory();
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= maxPathBytes) return path;
  // "~" is in no name, so a shortened name is never another socket's.
  const short = join(directory, `~${createHash("sha256").update(name).digest("base64url").slice(0, 22)}`);
  checkPath(short);
  return short;
}

function privateDirectory(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  // XDG says that a relative path is to be ignored; it would be another place in every working directory.
  if (runtime && isAbsolute(runtime) && isPrivate(runtime)) return ensure(join(runtime, "broadcast-ipc"));
  return ensure(join(temporaryDirectory(), `broadcast-ipc-${process.getuid?.()}`));
}

/** The system's directory for temporary files. A relative TMPDIR is ignored: it would depend on the working directory. */
export function temporaryDirectory(): string {
  const directory = tmpdir();
  return isAbsolute(directory) ? directory : "/tmp";
}

function ensure(directory: string): string {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") throw invalid(`cannot make ${directory}`, cause);
  }
  if (!isPrivate(directory)) throw invalid(`${directory} is not a directory of this user's with mode 0700`);
  return directory;
}

/** Whether it is a real directory (no link to one) of ours that nobody else can enter. */
function isPrivate(directory: string): boolean {
  try {
    const stats = lstatSync(directory);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o777) === 0o700;
  } catch (cause) {
    if (lacksResources(cause)) throw invalid(`cannot look at ${directory}`, cause);
    return false;
  }
}

function invalid(message: string, cause?: unknown): IPCChannelError {
  return systemError("ERR_IPC_PATH_INVALID", message, cause);
}
