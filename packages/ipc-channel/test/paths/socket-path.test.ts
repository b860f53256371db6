import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkPath, maxPathBytes, socketPath } from "../../src/paths/socket-path.ts";
import { tempDir } from "../support/temp-dir.ts";

const invalid = expect.objectContaining({ code: "ERR_IPC_PATH_INVALID" });

/** Sets XDG_RUNTIME_DIR and TMPDIR until the end of the test. Returns TMPDIR. */
function environment(runtime: string | undefined, temporary: string = tempDir()): string {
  vi.stubEnv("XDG_RUNTIME_DIR", runtime);
  vi.stubEnv("TMPDIR", temporary);
  return temporary;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("socketPath", () => {
  test("limits the length of a path in bytes, not in characters", () => {
    expect(() => checkPath("/".padEnd(maxPathBytes, "a"))).not.toThrow();
    expect(() => checkPath("/".padEnd(maxPathBytes + 1, "a"))).toThrow(invalid);
    expect(() => checkPath(`/${"ä".repeat(maxPathBytes / 2)}a`)).toThrow(invalid);
    for (const path of ["", "/tmp/a\0b", undefined, 7] as string[])
      expect(() => checkPath(path)).toThrow(invalid);
  });

  test("uses XDG_RUNTIME_DIR if it is a private directory", () => {
    const runtime = tempDir();
    environment(runtime);
    const path = socketPath("app.sock");
    expect(path).toBe(join(runtime, "broadcast-ipc", "app.sock"));
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(socketPath("app.sock")).toBe(path);
  });

  test("uses the temporary directory if XDG_RUNTIME_DIR is missing or not private", () => {
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

  test("throws ERR_IPC_PATH_INVALID if the directory is a link, a file or accessible to other users", () => {
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

  test("throws ERR_IPC_PATH_INVALID if the temporary directory does not exist", () => {
    environment(undefined, "/nowhere/at/all");
    expect(() => socketPath("a")).toThrow(invalid);
  });

  test.each(["", ".", "..", "...", "a/b", "a b", "ä", "a\n", "a\0", "~a", "x".repeat(65), 7, undefined])(
    "throws ERR_IPC_PATH_INVALID for the name %j",
    (name) => {
      environment(tempDir());
      expect(() => socketPath(name as string)).toThrow(invalid);
    },
  );

  test.each(["a", ".a", "a..b", "-", "_", "Z9", "x".repeat(64)])("accepts the name %j", (name) => {
    environment(tempDir());
    expect(socketPath(name).endsWith(`/${name}`)).toBe(true);
  });

  test("shortens each name in a long directory to a unique path, and returns the same path for the same name", () => {
    const base = tempDir();
    const long = join(base, "x".repeat(60 - base.length));
    mkdirSync(long);
    environment(undefined, long);
    const names = ["y".repeat(40), "y".repeat(41), "y".repeat(64)];
    const paths = names.map(socketPath);
    expect(paths.map((path) => Buffer.byteLength(path) <= maxPathBytes)).toEqual([true, true, true]);
    expect(new Set(paths).size).toBe(3);
    expect(names.map(socketPath)).toEqual(paths);
    for (const path of paths) expect(() => checkPath(path)).not.toThrow();
  });

  test("throws ERR_IPC_PATH_INVALID in a directory that is too long for any name", () => {
    const long = join(tempDir(), "x".repeat(100));
    mkdirSync(long);
    environment(undefined, long);
    expect(() => socketPath("y".repeat(20))).toThrow(invalid);
  });
});
