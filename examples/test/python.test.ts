import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BroadcastReceiver, type Demand, type Sample } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Ending, linesOf, run, start } from "./support/example.ts";
import { find, isMissing } from "./support/tools.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "python-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Path of a Python that can import msgpack. Debian's package installs msgpack for /usr/bin/python3. */
const python = [process.env.PYTHON, "/usr/bin/python3", "python3"]
  .map((command) => command && find(command))
  .find((command) => command && canImport(command, "msgpack"));

function canImport(command: string, module: string): boolean {
  try {
    execFileSync(command, ["-c", `import ${module}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const socket = () => join(folder, "socket");

function program(name: string, ...args: string[]): Promise<Ending> {
  return start(python ?? "python3", `python/${name}`, folder, ...args);
}

async function receive(demand: Demand, options: { token?: string } = {}): Promise<BroadcastReceiver> {
  const receiver = await BroadcastReceiver.accept(socket(), { demand, ...options });
  onTestFinished(() => receiver.close());
  return receiver;
}

async function upload(options: { token?: string } = {}): Promise<BroadcastUploader> {
  const uploader = await BroadcastUploader.connect(socket(), { name: "JavaScript", ...options });
  onTestFinished(() => uploader.close());
  return uploader;
}

/** Returns the number that source.py writes into each pixel. */
function numberOf(sample: Sample): number {
  const [red = 0, green = 0, blue = 0] = sample.data;
  return (red << 16) | (green << 8) | blue;
}

const everything: Demand = { video: { delivery: "all" }, audio: null };
const token = "a secret of many bytes";

const isSkipped = isMissing("python3 with msgpack (Debian: python3-msgpack)", python);

describe.skipIf(isSkipped)("source.py", () => {
  test('sends every image to a receiver with delivery "all"', async () => {
    const [ending, seen] = await Promise.all([program("source.py", socket(), "--count", "5"), receiveAll()]);
    expect(linesOf("source.py", ending)).toEqual([""]);
    expect(seen).toEqual([1, 2, 3, 4, 5]);

    async function receiveAll(): Promise<number[]> {
      const receiver = await receive(everything);
      const numbers: number[] = [];
      for await (const sample of receiver) {
        expect(sample).toMatchObject({ format: "RGB", codedWidth: 320, codedHeight: 240 });
        numbers.push(numberOf(sample));
      }
      expect(receiver.name).toBe("numbers");
      expect(await receiver.closed).toMatchObject({ by: "peer", code: "closed" });
      // stats() contains an age only if both sides use the same clock.
      expect(receiver.stats().age).toBeDefined();
      return numbers;
    }
  });

  test("respects maxWidth and maxHeight, also after a demand with video: null", async () => {
    const ended = program("source.py", socket(), "--count", "4");
    const receiver = await receive({ video: { maxWidth: 100, maxFps: 50 }, audio: null });
    const samples = receiver.samples();
    const next = async (): Promise<Sample> => (await samples.next()).value;

    const first = await next();
    expect(first).toMatchObject({ codedWidth: 100, codedHeight: 75 });
    receiver.setDemand({ video: null, audio: null });
    receiver.setDemand({ video: { maxHeight: 24 }, audio: null });
    let sample = await next();
    while (sample.type === "image" && sample.codedHeight !== 24) sample = await next();
    expect(sample).toMatchObject({ codedWidth: 32 });
    // source.py ends when it has sent its last image.
    while (numberOf(sample) < 4) sample = await next();
    expect(linesOf("source.py", await ended)).toEqual([""]);
  });

  test("sends the newest image again after a refresh", async () => {
    const ended = program("source.py", socket(), "--count", "3");
    const receiver = await receive({ video: { maxFps: 0.001 }, audio: null });
    const samples = receiver.samples();
    const first = await samples.next();
    // At this rate the next image is due after 1,000 seconds, so only refresh() can cause an earlier one.
    receiver.refresh();
    const second = await samples.next();
    expect(numberOf(second.value)).toBeGreaterThanOrEqual(numberOf(first.value));
    receiver.setDemand({ video: {}, audio: null });
    for await (const sample of samples) expect(numberOf(sample)).toBeLessThanOrEqual(3);
    expect(linesOf("source.py", await ended)).toEqual([""]);
  });

  test("reconnects to the next receiver under the same id, and sends all images that were not consumed", async () => {
    const ended = program("source.py", socket(), "--count", "6");
    const numbers: number[] = [];
    const first = await receive(everything);
    for await (const sample of first) {
      numbers.push(numberOf(sample));
      if (numbers.length === 2) break;
    }
    const { id } = first;
    await first.close();
    const second = await receive(everything);
    for await (const sample of second) numbers.push(numberOf(sample));
    expect(second.id).toBe(id);
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6]);
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toContain("waiting for the next receiver");
  });

  test("connects with the receiver's token, and fails with another token or without one", async () => {
    const receiving = receive(everything, { token });
    const wrong = await program("source.py", socket(), "--token", "another secret of many bytes");
    expect(wrong).toMatchObject({ code: 1, stdout: "" });
    expect(wrong.stderr).toMatch(/^source\.py: .*\(ERR_IPC_UNAUTHORIZED\)\n$/);
    const none = await program("source.py", socket());
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toMatch(/^source\.py: .*\(ERR_IPC_UNAUTHORIZED\)\n$/);
    const ended = program("source.py", socket(), "--token", token, "--count", "1");
    const numbers: number[] = [];
    for await (const sample of await receiving) numbers.push(numberOf(sample));
    expect(numbers).toEqual([1]);
    expect(linesOf("source.py", await ended)).toEqual([""]);
  });

  test("uploads images to show.mjs of the two-processes example", async () => {
    const [ending, shown] = await Promise.all([
      program("source.py", "two-processes", "--count", "3"),
      run("two-processes/show.mjs", folder),
    ]);
    expect(linesOf("source.py", ending)).toEqual([""]);
    expect(shown.slice(-2)).toEqual(["320 240 0", "ended: closed"]);
  });
});

describe.skipIf(isSkipped)("viewer.py", () => {
  const timestamp = 2 ** 32 + 7;
  const row = [1, 2, 3, 4, 5, 6, 7, 8];

  test("prints audio, messages and every image in order if started with --all", async () => {
    const ended = program("viewer.py", socket(), "--all");
    const uploader = await upload();
    const image = { type: "image", format: "BGRA", codedWidth: 2, codedHeight: 2 } as const;
    const rows = new Uint8Array([0, 0, 0, 0, ...row, 0, 0, ...row]);
    const audio = { type: "audio", format: "s16", sampleRate: 8000, numberOfChannels: 2 } as const;
    const demanded = new Promise((resolve) => uploader.once("demand", resolve));
    await uploader.send("hello", { from: "JavaScript", n: 2 ** 40 }, new Uint8Array(3));
    await demanded;
    await uploader.upload({ ...audio, numberOfFrames: 2, data: new Uint8Array(8), timestamp });
    const uploads = [
      uploader.upload({ ...image, data: new Uint8Array(16).fill(9), timestamp: now() }),
      uploader.upload({ ...image, data: rows, layout: [{ offset: 4, stride: 10 }], timestamp }),
      uploader.upload({
        type: "image",
        encoding: "webp",
        codedWidth: 1,
        codedHeight: 1,
        data: new Uint8Array(Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64")),
        timestamp,
      }),
    ];
    expect(await Promise.all(uploads)).toEqual(["sent", "sent", "sent"]);
    await uploader.close();
    const lines = linesOf("viewer.py", await ended);
    const images = lines.filter((line) => line.startsWith("image"));
    expect(images.map((line) => line.replace(/, -?[\d.]+ ms old$/, ""))).toEqual([
      "image 1: 2x2 BGRA, 090909",
      "image 2: 2x2 BGRA, 010203",
      "image 3: 1x1 webp, 524946",
    ]);
    expect(lines[0]).toBe("uploader: JavaScript");
    expect(lines).toContain("audio: 2 x 2 s16");
    expect(lines).toContain(`message: hello {'from': 'JavaScript', 'n': ${2 ** 40}.0}`);
    expect(lines.at(-1)).toBe("ended: closed");
    expect(await readdir(folder)).toEqual([]);
  });

  test("grants more credit after each message, so that all 600 messages are printed", async () => {
    const ended = program("viewer.py", socket());
    const uploader = await upload();
    for (let number = 1; number <= 600; number++) await uploader.send("count", number);
    await uploader.close();
    const lines = linesOf("viewer.py", await ended).filter((line) => line.startsWith("message"));
    expect(lines).toHaveLength(600);
    expect(lines.at(-1)).toBe("message: count 600");
  });

  test("admits only an uploader with the same token", async () => {
    const ended = program("viewer.py", socket(), "--token", token);
    await expect(upload({ token: "another secret of many bytes" })).rejects.toMatchObject({
      code: "ERR_IPC_UNAUTHORIZED",
    });
    const uploader = await upload({ token });
    await uploader.close();
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/ended: closed\n$/);
    expect(stderr).toMatch(/^viewer\.py: a peer was refused: .*\(ERR_IPC_UNAUTHORIZED\)\n$/);
  });

  test("prints the images of source.py", async () => {
    const [shown, sent] = await Promise.all([
      program("viewer.py", "numbers", "--all", "--token", token),
      program("source.py", "numbers", "--count", "3", "--token", token),
    ]);
    expect(linesOf("source.py", sent)).toEqual([""]);
    const lines = linesOf("viewer.py", shown).map((line) => line.replace(/, [\d.]+ ms old$/, ""));
    expect(lines).toEqual([
      "uploader: numbers",
      ...[1, 2, 3].map((number) => `image ${number}: 320x240 RGB, 00000${number}`),
      "ended: closed",
    ]);
  });
});
