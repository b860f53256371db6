import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { checkPath, maxPathBytes, socketPath } from "../src/socket-path.ts";
import { tempDir } from "./temp-dir.ts";

const invalid = expect.objectContaining({ code: "ERR_IPC_PATH_INVALID" });

/** Where the environment says that sockets go. */
function environment(runtime: string | undefined, temporary: string = tempDir()): string {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  vi.stubEnv("TMPDIR", temporary);
  return temporary;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a path is checked by its bytes", () => {
  expect(() => checkPath("/".padEnd(maxPathBytes, "a"))).not.toThrow();
  expect(() => checkPath("/".padEnd(maxPathBytes + 1, "a"))).toThrow(invalid);
  expect(() => checkPath(`/${"ä".repeat(maxPathBytes / 2)}a`)).toThrow(invalid);
  for (const path of ["", "/tmp/a\0b", undefined, 7] as string[])
    expect(() => checkPath(path)).toThrow(invalid);
});

test("XDG_RUNTIME_DIR is used where it is a private directory", () => {
  const runtime = tempDir();
  environment(runtime);
  const path = socketPath("app.sock");
  expect(path).toBe(join(runtime, "broadcast-ipc", "app.sock"));
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  expect(socketPath("app.sock")).toBe(path);
});

test("the temporary directory takes the place of a runtime directory that is missing or not ours alone", () => {
  const temporary = environment(undefined);
  const expected = join(temporary, `broadcast-ipc-${process.getuid?.()}`, "a");
  expect(socketPath("a")).toBe(expected);
  expect(statSync(join(expected, "..")).mode & 0o777).toBe(0o700);
  const open = tempDir();
  chmodSync(open, 0o755);
  const linked = join(tempDir(), "link");
  symlinkSync(tempDir(), linked);
  const file = join(tempDir(), "file");
  writeFileSync(file, "");
  for (const runtime of ["", "/nowhere", "relative", open, linked, file, join(file, "below")]) {
    environment(runtime, temporary);
    expect(socketPath("a")).toBe(expected);
  }
});

test("a directory that is a link, a file or open to others is refused", () => {
  for (const make of [
    (directory: string) => symlinkSync(tempDir(), directory),
    (directory: string) => writeFileSync(directory, ""),
    (directory: string) => {
      mkdirSync(directory);
      chmodSync(directory, 0o750);
    },
    (directory: string) => {
      mkdirSync(directory);
      chmodSync(directory, 0o777);
    },
  ]) {
    const runtime = tempDir();
    environment(runtime);
    make(join(runtime, "broadcast-ipc"));
    expect(() => socketPath("a")).toThrow(invalid);
  }
});

test("a temporary directory that is missing is refused", () => {
  environment(undefined, "/nowhere/at/all");
  expect(() => socketPath("a")).toThrow(invalid);
});

test.each(["", ".", "..", "...", "a/b", "a b", "ä", "a\n", "a\0", "~a", "x".repeat(65), 7, undefined])(
  "%j is no name",
  (name) => {
    environment(tempDir());
    expect(() => socketPath(name as string)).toThrow(invalid);
  },
);

test.each(["a", ".a", "a..b", "-", "_", "Z9", "x".repeat(64)])("%j is a name", (name) => {
  environment(tempDir());
  expect(socketPath(name).endsWith(`/${name}`)).toBe(true);
});

test("in a long directory a name is shortened, to the same path each time and to another one for each name", () => {
  const room = tempDir();
  const long = join(room, "x".repeat(60 - room.length));
  mkdirSync(long);
  environment(undefined, long);
  const names = ["y".repeat(40), "y".repeat(41), "y".repeat(64)];
  const paths = names.map(socketPath);
  expect(paths.map((path) => Buffer.byteLength(path) <= maxPathBytes)).toEqual([true, true, true]);
  expect(new Set(paths).size).toBe(3);
  expect(names.map(socketPath)).toEqual(paths);
  for (const path of paths) expect(() => checkPath(path)).not.toThrow();
});

test("a directory that leaves no room for any name is refused", () => {
  const long = join(tempDir(), "x".repeat(100));
  mkdirSync(long);
  environment(undefined, long);
  expect(() => socketPath("y".repeat(20))).toThrow(invalid);
});
