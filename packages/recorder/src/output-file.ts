import { chmod, type FileHandle, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { join, parse } from "node:path";
import { RecorderError } from "./recorder-error.ts";
import { withinTime } from "./within-time.ts";

/** Longest wait for the file system in ms. A network folder whose server is gone responds after minutes or never. */
const timeout = 10_000;

/** Number of names that are tried for a file beside the recording. */
const mostNames = 100;

/** Bytes written to a new file to find out whether the disk is full. */
const probeLength = 4096;

/**
 * Checks that the file can be written, and creates it unless it exists. Only a regular file is accepted, because ffmpeg
 * would block on a FIFO. Resolves with whether the file was created. Rejects with RecorderError.
 */
export function prepareFile(path: string, overwrite: boolean): Promise<boolean> {
  return bounded(path, prepare(path, overwrite));
}

/**
 * Creates a file beside the recording, such as `session.part2.mp4` with the label "part2", or `session.part2-2.mp4` if that
 * exists. Resolves with its path. Rejects with RecorderError.
 */
export function createBeside(path: string, label: string): Promise<string> {
  return bounded(path, createLabelled(path, label));
}

/** Replaces the file with another one, which gets its name and permissions. Rejects with RecorderError. */
export function replaceFile(path: string, other: string): Promise<void> {
  return bounded(path, replace(path, other));
}

/** Resolves with the size of the file in bytes. Rejects with RecorderError. */
export async function fileSize(path: string): Promise<number> {
  return (await bounded(path, stat(path))).size;
}

/** Removes a file if it exists. Rejects with RecorderError. */
export function removeFile(path: string): Promise<void> {
  return bounded(path, rm(path, { force: true }));
}

/** Removes a file that a failed recording has left empty. Never rejects. */
export async function removeIfEmpty(path: string): Promise<void> {
  try {
    if ((await fileSize(path)) === 0) await removeFile(path);
  } catch {
    // The failure of the recording tells more.
  }
}

function bounded<T>(path: string, work: Promise<T>): Promise<T> {
  const translated = work.catch((error) => {
    throw error instanceof RecorderError ? error : inWords(path, error);
  });
  return withinTime(translated, timeout, () => {
    const seconds = timeout / 1000;
    return new RecorderError(
      "ERR_RECORDER_STUCK",
      `the file system of ${path} did not respond for ${seconds} s`,
    );
  });
}

async function prepare(path: string, overwrite: boolean): Promise<boolean> {
  const found = await statIfExists(path);
  if (found && !found.isFile())
    throw new RecorderError("ERR_RECORDER_NOT_WRITABLE", `${path} is ${found.kind}, not a regular file`);
  if (found && !overwrite) throw alreadyExists(path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, found ? "r+" : "wx");
    if (!found) await probe(handle);
    return !found;
  } catch (error) {
    if (handle && !found) await rm(path, { force: true });
    throw error;
  } finally {
    await handle?.close();
  }
}

async function createLabelled(path: string, label: string): Promise<string> {
  // A symbolic link may lead to another folder. Only files of one file system can be renamed.
  const { dir, name, ext } = parse(await realpath(path));
  for (let number = 1; ; number++) {
    const created = join(dir, `${name}.${label}${number > 1 ? `-${number}` : ""}${ext}`);
    try {
      await prepare(created, false);
      return created;
    } catch (error) {
      if (number === mostNames || !isTaken(error)) throw error;
    }
  }
}

function isTaken(error: unknown): boolean {
  const code = error instanceof RecorderError ? error.code : (error as NodeJS.ErrnoException).code;
  return code === "ERR_RECORDER_FILE_EXISTS" || code === "EEXIST";
}

async function replace(path: string, other: string): Promise<void> {
  const target = await realpath(path);
  await chmod(other, (await stat(target)).mode);
  await rename(other, target);
}

/** Writes a few bytes and removes them again. An empty file can be created even if the disk is full. */
async function probe(handle: FileHandle): Promise<void> {
  await handle.write(new Uint8Array(probeLength));
  await handle.truncate(0);
}

async function statIfExists(path: string): Promise<{ kind: string; isFile(): boolean } | undefined> {
  try {
    const found = await stat(path);
    return { kind: kindOf(found), isFile: () => found.isFile() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // A symbolic link to a missing file cannot be created with the flag "wx".
    const link = await lstat(path).catch(() => undefined);
    if (link) return { kind: "a symbolic link to a missing file", isFile: () => false };
    return undefined;
  }
}

function kindOf(found: Awaited<ReturnType<typeof stat>>): string {
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a FIFO";
  if (found.isSocket()) return "a socket";
  return "a device";
}

function alreadyExists(path: string): RecorderError {
  return new RecorderError("ERR_RECORDER_FILE_EXISTS", `${path} already exists`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "the folder does not exist",
  ENOTDIR: "the folder does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on device",
  EDQUOT: "the disk quota is exceeded",
  ENAMETOOLONG: "the name is too long",
};

function inWords(path: string, cause: NodeJS.ErrnoException): RecorderError {
  if (cause.code === "EEXIST") return alreadyExists(path);
  const reason = reasons[cause.code ?? ""] ?? cause.message;
  return new RecorderError("ERR_RECORDER_NOT_WRITABLE", `${path} cannot be written: ${reason}`, { cause });
}
