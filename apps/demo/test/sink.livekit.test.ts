import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listProcesses } from "../src/process-table.ts";
import { readFrameCode } from "../src/synthetic/frame-code.ts";
import { PageClient } from "./support/page-client.ts";
import { childrenOf } from "./support/processes.ts";
import { accessToken, RoomViewer } from "./support/room-viewer.ts";
import { RunningDemo } from "./support/running-demo.ts";
import { TemporaryFolder } from "./support/temporary-folder.ts";
import { findBrowser, isMissing } from "./support/tools.ts";

const url = process.env.LIVEKIT_URL ?? "";
const synthetic = ["--source", "synthetic", "--size", "640x360", "--port", "0"];

let folder: TemporaryFolder;
let room: string;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
  room = `demo-${randomUUID()}`;
});
afterEach(() => folder[Symbol.asyncDispose]());

function start(...args: string[]): RunningDemo {
  return new RunningDemo(args, { ...folder.env, LIVEKIT_TOKEN: "", LIVEKIT_ROOM: room });
}

/** Joins the room with the token that the demo prints. */
async function join(demo: RunningDemo): Promise<RoomViewer> {
  return RoomViewer.join(url, await demo.find(/with the access token (\S+)\n/));
}

/** Resolves with the number of the next frame of the test pattern that is shown. */
async function nextNumber(viewer: RoomViewer): Promise<number> {
  viewer.forget();
  let number: number | undefined;
  await expect
    .poll(() => {
      const { frame } = viewer;
      number = frame && readFrameCode(frame.data, frame.width, frame.height);
      return number;
    })
    .toBeDefined();
  return number ?? Number.NaN;
}

/** Returns the process id of the publisher. */
async function publisherOf(demo: RunningDemo): Promise<number> {
  const processes = await listProcesses();
  const publisher = processes.find(({ parent, text }) => parent === demo.pid && text.includes("/publish.js"));
  expect(publisher).toBeDefined();
  return publisher?.pid ?? 0;
}

async function expectNothingLeft(): Promise<void> {
  expect(await folder.processes()).toEqual([]);
  expect(await folder.files()).toEqual([]);
}

describe("A demo with --sink livekit", () => {
  test("publishes video and audio, shows what it publishes, and ends within two seconds of SIGINT", async () => {
    await using demo = start(...synthetic, "--sink", "livekit");
    const viewer = await join(demo);
    const first = await nextNumber(viewer);
    await expect.poll(() => nextNumber(viewer)).toBeGreaterThan(first);
    await expect.poll(() => viewer.audioTracks).toBe(1);
    await demo.find(/(published 640x360 at \d+\.\d fps, 1 viewer)\n/);
    await viewer.leave();
    await demo.find(/(published, nobody watches)\n/);

    const interruptedAt = performance.now();
    demo.kill("SIGINT");
    const { code, stderr } = await demo.ended;
    expect(performance.now() - interruptedAt).toBeLessThan(2000);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/http:\/\/127|secret|"level"/);
    await expectNothingLeft();
  });

  test("shows the page and the room at once, and continues both after the publisher or the capture is killed", async () => {
    await using demo = start(...synthetic, "--sink", "page,livekit");
    const viewer = await join(demo);
    const page = await PageClient.watch(await demo.find(/Watch it at (\S+)/));
    const capture = Number(await demo.find(/Process (\d+) captures/));
    await nextNumber(viewer);

    process.kill(await publisherOf(demo), "SIGKILL");
    await demo.find(/(The LiveKit publisher was killed\. Starting another one…)/);
    await page.nextOf("frame");
    await expect.poll(() => viewer.tracks).toHaveLength(2);
    await nextNumber(viewer);
    expect(await childrenOf(demo.pid)).toContain(capture);

    process.kill(capture, "SIGKILL");
    await demo.find(/(The capture process was killed\. Starting another one…)/);
    await page.nextOf("resumed");
    await nextNumber(viewer);
    expect(viewer.tracks).toHaveLength(2);

    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    await expectNothingLeft();
  });
});

describe("Two demos that publish to one room", () => {
  test("do not replace each other repeatedly: the first one ends with a reason", async () => {
    await using first = start(...synthetic, "--sink", "livekit");
    await first.find(/Process (\d+) captures/);
    await using second = start(...synthetic, "--sink", "livekit");
    const { code, stderr } = await first.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/another publisher of the same name has joined the room\.\n$/);
    await nextNumber(await join(second));
    second.kill("SIGINT");
    expect((await second.ended).code).toBe(0);
  });
});

describe.skipIf(!findBrowser())("A demo with --source page --sink livekit", () => {
  test("passes on the input of participants whose token has control=true, and no other input", async () => {
    // Only the first key changes the color.
    const html = `<body style="background: blue"
      onkeydown="this.style.background = { r: 'red', g: 'green' }[event.key]; this.onkeydown = null">`;
    await using demo = start("--url", `data:text/html,${html}`, "--size", "640x360", "--sink", "livekit");
    const viewer = await join(demo);
    const other = await RoomViewer.join(url, await accessToken(room, "other"));
    await expect.poll(() => viewer.color).toBe("blue");

    const press = async (participant: RoomViewer, key: string) => {
      for (const event of ["down", "up"])
        await participant.sendInput({ kind: "key", event, key, code: `Key${key.toUpperCase()}` });
    };
    await expect
      .poll(async () => {
        await press(other, "r");
        await press(viewer, "g");
        return viewer.color;
      })
      .not.toBe("blue");
    expect(viewer.color).toBe("green");
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    await expectNothingLeft();
  });
});

describe.skipIf(isMissing("ffmpeg", "ffprobe"))("A demo with --record and --sink livekit", () => {
  test("records while it publishes, and continues the recording after the publisher is killed", async () => {
    await using demo = start(...synthetic, "--sink", "livekit", "--record", `${folder.path}/out.mp4`);
    const viewer = await join(demo);
    await nextNumber(viewer);
    process.kill(await publisherOf(demo), "SIGKILL");
    await demo.find(/(The LiveKit publisher was killed\. Starting another one…)/);
    await nextNumber(viewer);
    await demo.find(/(recording, (?:[2-9]|\d\d+)\.\d s · .*published 640x360)/);
    demo.kill("SIGINT");
    const { code, stderr } = await demo.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/Recorded \d/);
    expect(stderr).not.toMatch(/left out|could not be recorded/);
  });
});
