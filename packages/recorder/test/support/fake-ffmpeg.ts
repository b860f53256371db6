import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";

/** Puts a shell script in place of ffmpeg first on PATH until the test ends. The real ffmpeg lists the encoders. */
export async function fakeFfmpeg(folder: string, ...script: readonly string[]): Promise<void> {
  const path = process.env.PATH;
  const file = join(folder, "ffmpeg");
  const real = `PATH='${path}'; export PATH`;
  await writeFile(
    file,
    ["#!/bin/sh", real, `test "$1" = -encoders && exec ffmpeg "$@"`, ...script].join("\n"),
  );
  await chmod(file, 0o755);
  process.env.PATH = `${folder}${delimiter}${path}`;
  onTestFinished(() => {
    process.env.PATH = path;
  });
}
