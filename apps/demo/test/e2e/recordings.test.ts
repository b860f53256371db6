import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FfmpegOnPath } from "../../../../packages/recorder/test/support/ffmpeg-on-path.ts";
import { RecordedFile } from "../../../../packages/recorder/test/support/recorded-file.ts";
import type { RecordingMessage } from "../../src/page/app-messages.ts";
import { PageClient } from "../support/page-client.ts";
import { childrenOf } from "../support/processes.ts";
import { RunningDemo } from "../support/running-demo.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";
import { isMissing } from "../support/tools.ts";

const args = ["--port", "0", "--source", "synthetic", "--size", "640x360"];
let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
});
afterEach(() => folder[Symbol.asyncDispose]());

async function watch(demo: RunningDemo): Promise<PageClient> {
  return PageClient.watch(await demo.find(/Watch it at (\S+)/));
}

/** Presses the button of the page. Resolves with the next state that has a note matching `note`. */
async function press(viewer: PageClient, note: RegExp): Promise<RecordingMessage> {
  viewer.send({ type: "message", name: "record" });
  return nextNote(viewer, note);
}

async function nextNote(viewer: PageClient, note: RegExp): Promise<RecordingMessage> {
  for (;;) {
    const recording = await viewer.told("recording");
    if (note.test(recording.note ?? "")) return recording;
  }
}

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("A viewer's recordings", () => {
  test("are started and stopped from the page, one file after another, also across a killed process", async () => {
    await using demo = new RunningDemo(args, folder.env, { cwd: folder.path });
    const viewer = await watch(demo);
    for (let recordings = 1; recordings <= 2; recordings++) {
      const { isRecording, note } = await press(viewer, /^Recording to /);
      expect(isRecording).toBe(true);
      const [, file = ""] = /^Recording to (broadcast-[\d-]+\.mp4)\.$/.exec(note ?? "") ?? [];
      while ((await viewer.told("recording")).seconds < 1);
      if (recordings === 2) {
        viewer.send({ type: "message", name: "kill" });
        await viewer.nextOf("resumed");
        while ((await viewer.told("recording")).seconds < 3);
      }
      const end = await press(viewer, /^Recorded \d/);
      expect(end).toMatchObject({ isRecording: false, note: expect.stringContaining(file) });
      expect((await (await RecordedFile.open(join(folder.path, file))).frames()).length).toBeGreaterThan(5);
      // The name has the time in seconds.
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".mp4"))).toHaveLength(2);
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
  });

  test("may be stopped before a new capture process has reached them", async () => {
    await using demo = new RunningDemo(args, folder.env, { cwd: folder.path });
    const viewer = await watch(demo);
    await press(viewer, /^Recording to /);
    const killed = await childrenOf(demo.pid);
    viewer.send({ type: "message", name: "kill" });
    await viewer.interrupted();
    const isNew = (pid: number) => !killed.includes(pid);
    while (!(await childrenOf(demo.pid)).some(isNew));
    await press(viewer, /^Recorded |^Nothing was recorded/);
    await viewer.nextOf("resumed");
    await viewer.nextOf("frame");
    demo.kill("SIGINT");
    const { code, stderr } = await demo.ended;
    expect(stderr).not.toContain("failed");
    expect(code).toBe(0);
  });

  test("tell the page why they have failed, and can be started again", async () => {
    const ffmpeg = await FfmpegOnPath.put(folder.path);
    await using demo = new RunningDemo(args, { ...folder.env }, { cwd: folder.path });
    const viewer = await watch(demo);
    await press(viewer, /^Recording to /);
    process.kill(await ffmpeg.pid(), "SIGKILL");
    const { isRecording } = await nextNote(viewer, /^The recording failed: .*ffmpeg/);
    expect(isRecording).toBe(false);
    expect((await press(viewer, /^Recording to /)).isRecording).toBe(true);
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
  });
});

test("tells the page that ffmpeg is missing", async () => {
  await using demo = new RunningDemo(args, { ...folder.env, PATH: folder.path }, { cwd: folder.path });
  const viewer = await watch(demo);
  const { isRecording, note } = await press(viewer, /./);
  expect(isRecording).toBe(false);
  expect(note).toBe(
    "Nothing can be recorded: ffmpeg is not on PATH; install the package ffmpeg to make recordings.",
  );
  demo.kill("SIGINT");
  expect((await demo.ended).code).toBe(0);
});
