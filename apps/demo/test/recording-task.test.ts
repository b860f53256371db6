import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { socketPath } from "@broadcast-ipc/receiver";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RecordingTask } from "../src/recording-task.ts";
import { Recordings } from "../src/recordings.ts";
import { StatusLine } from "../src/status-line.ts";
import { TemporaryFolder } from "./support/temporary-folder.ts";
import { isMissing } from "./support/tools.ts";

const status = new StatusLine(new PassThrough() as unknown as WriteStream);
const token = "secret";
let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
});
afterEach(() => folder[Symbol.asyncDispose]());

describe.skipIf(isMissing("ffmpeg"))("RecordingTask", () => {
  test("leaves no file if its socket path cannot be used", async () => {
    const file = join(folder.path, "x.mp4");
    const path = join(folder.path, "missing", "socket");
    await expect(RecordingTask.start({ file, path, token, status, onFailure() {} })).rejects.toThrow();
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe.skipIf(isMissing("ffmpeg"))("Recordings", () => {
  test("finish() also finishes a recording that is being started", async () => {
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const path = socketPath(`recordings-test-${process.pid}`);
      const recordings = new Recordings({ path, token, status, onChange() {} });
      const toggling = recordings.toggle();
      await recordings.finish();
      await toggling;
      expect(recordings.path).toBeUndefined();
      expect(await readdir(folder.path)).toEqual([]);
    } finally {
      process.chdir(before);
    }
  });
});
