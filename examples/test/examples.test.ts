import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { run } from "./support/example.ts";
import { find, isMissing } from "./support/tools.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "examples-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs two programs of an example at the same time. Resolves with the lines that each printed. */
function together(first: string, second: string, ...args: string[]): Promise<[string[], string[]]> {
  return Promise.all([run(first, folder, ...args), run(second, folder)]);
}

/** Returns the first capture group of `pattern` in each line, as a number. */
function numbers(lines: readonly string[], pattern: RegExp): number[] {
  return lines.map((line) => Number(pattern.exec(line)?.[1] ?? Number.NaN));
}

test.each([
  ["receiver first", ["show", "capture"]],
  ["uploader first", ["capture", "show"]],
])("two-processes, %s, shows rising shades, including the last one", async (_, [first, second]) => {
  const outputs = await together(`two-processes/${first}.mjs`, `two-processes/${second}.mjs`);
  const [shown, captured] = first === "show" ? outputs : outputs.toReversed();
  expect(captured).toEqual([""]);
  expect(shown?.pop()).toBe("ended: closed");
  const shades = numbers(shown ?? [], /^1280 720 (\d+)$/);
  expect(shades.length).toBeGreaterThan(1);
  expect(shades).toEqual(shades.toSorted((a, b) => a - b));
  expect(shades.at(-1)).toBe(255);
});

test("shared-memory shows intact frames, and says what carried them", async () => {
  // On Node 20, both warn that they use the socket.
  vi.stubEnv("NODE_NO_WARNINGS", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  const [shown] = await together("shared-memory/show.mjs", "shared-memory/capture.mjs");
  const [, frames, via] = /^(\d+) frames through (.*)$/.exec(shown?.at(-1) ?? "") ?? [];
  expect(Number(frames)).toBeGreaterThan(1);
  expect(via).toMatch(sharedMemory().unavailable ? /^socket$/ : /^shared memory \(/);
});

test("stdio-pipe receives the child's frames over the pipe", async () => {
  const lines = await run("stdio-pipe/parent.mjs", folder);
  const shades = numbers(
    lines.filter((line) => line.includes("shade")),
    /^parent: 320x200, shade (\d+)$/,
  );
  expect(shades.length).toBeGreaterThan(0);
  expect(shades).toEqual(shades.toSorted((a, b) => a - b));
  expect(shades.at(-1)).toBe(200);
  expect(lines.at(-1)).toBe("parent: closed by peer");
  expect(lines.some((line) => /^child: \d sent$/.test(line))).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test("only-ipc-channel answers requests, and refuses a request with data of the wrong type", async () => {
  const lines = await Promise.all([
    run("only-ipc-channel/client.mjs", folder),
    run("only-ipc-channel/server.mjs", folder),
  ]);
  const digest = createHash("sha256").update(new Uint8Array(5_000_000)).digest("hex");
  expect(lines).toEqual([["sum: 42", "refused: ERR_IPC_INVALID_HEADER", `digest: 5000000 ${digest}`], [""]]);
});

describe.skipIf(isMissing("ffmpeg", find("ffmpeg")))("recorder", () => {
  /** Returns the duration of a recording, and the number of packets in each stream: video, then audio. */
  async function probe(file: string): Promise<{ seconds: number; packets: number[] }> {
    const show = "stream=nb_read_packets:format=duration";
    const args = ["-v", "error", "-count_packets", "-show_entries", show, "-of", "json", file];
    const { stdout } = await promisify(execFile)("ffprobe", args);
    const { streams, format } = JSON.parse(stdout) as {
      streams: { nb_read_packets: string }[];
      format: { duration: string };
    };
    const packets = streams.map((stream) => Number(stream.nb_read_packets));
    return { seconds: Number(format.duration), packets };
  }

  test("records exactly the frames that upload() reports as sent, and the audio", async () => {
    const file = join(folder, "recorded.mp4");
    const [recorded, captured] = await together("recorder/record.mjs", "recorder/capture.mjs", file);
    const count = Number(/^(\d+) of 60 were recorded$/.exec(captured[0] ?? "")?.[1]);
    expect(count).toBeGreaterThan(40);
    expect(recorded.slice(0, 2)).toEqual(["waiting for capture.mjs", `recording to ${file}`]);
    expect(recorded.slice(2)).toEqual([expect.stringMatching(/^\d+ frames, \d\.\d s in .*recorded\.mp4$/)]);
    expect(numbers(recorded.slice(2), /^(\d+) frames/)).toEqual([count]);
    const { seconds, packets } = await probe(file);
    // The last frame is repeated if the audio goes on after it.
    expect([count, count + 1]).toContain(packets[0]);
    expect(packets[1]).toBeGreaterThan(100);
    expect(seconds).toBeGreaterThan(2.5);
  });

  test("finishes the file on Ctrl-C", async () => {
    const file = join(folder, "recorded.mp4");
    const start = (name: string, ...args: string[]) => {
      const program = fileURLToPath(new URL(`../recorder/${name}`, import.meta.url));
      const env = { ...process.env, XDG_RUNTIME_DIR: folder };
      // The process group stands for the terminal, whose Ctrl-C reaches every process of the group.
      const child = spawn(process.execPath, [program, ...args], { env, detached: true });
      onTestFinished(() => {
        child.kill("SIGKILL");
      });
      return child;
    };
    const recorder = start("record.mjs", file);
    start("capture.mjs");
    await expect.poll(async () => (await stat(file)).size, { timeout: 20_000 }).toBeGreaterThan(0);
    process.kill(-(recorder.pid ?? Number.NaN), "SIGINT");
    const [output, [code]] = await Promise.all([text(recorder.stdout), once(recorder, "close")]);
    expect(code).toBe(0);
    const count = Number(/^(\d+) frames, /m.exec(output)?.[1]);
    expect(count).toBeGreaterThan(0);
    const { packets } = await probe(file);
    expect([count, count + 1]).toContain(packets[0]);
  });
});

const browsers = [process.env.CHROMIUM ?? [], "chromium", "chromium-browser", "google-chrome"].flat();
const browser = find(...browsers);

test.skipIf(isMissing("Chromium", browser))(
  "watch-a-page saves frames, and sends a click and a text to the page",
  async () => {
    if (browser) process.env.CHROMIUM = browser;
    const frames = join(folder, "frames");
    const [lines] = await together("watch-a-page/watch.mjs", "watch-a-page/page.mjs", frames);
    expect(lines).toContain("the page has: hello");
    const saved = await readdir(frames);
    expect(saved.length).toBeGreaterThan(1);
    expect(
      numbers(
        lines.filter((line) => line.endsWith("old")),
        /([\d.]+) ms old$/,
      ).length,
    ).toBe(saved.length);
    for (const name of saved) {
      const bytes = await readFile(join(frames, name));
      expect(bytes.subarray(0, 3).toString("hex")).toBe("ffd8ff");
    }
  },
);
