// Uploads 1080p frames and beeping audio in real time, and prints the memory once a second. Prints the numbers of the frames
// that were recorded at the end. Arguments: the socket path, and the duration in seconds.
import { setTimeout as delay } from "node:timers/promises";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { drawFrameCode } from "./frame-code.ts";

const [codedWidth, codedHeight] = [1920, 1080];
const frameTime = 1_000_000 / 30;
/** A sample of 20 ms from an audio device whose clock is 200 ppm slower than that of the timestamps. */
const audioTime = 20_000 * 1.0002;
const numberOfFrames = 960;

const socket = process.argv[2] ?? "";
const seconds = Number(process.argv[3]);
const uploader = await BroadcastUploader.connect(socket, { reconnect: false });
// A failure is a frame that was left out because too many wait. Its upload() settles with "replaced".
uploader.on("failure", () => {});
await uploader.wanted();

const recorded: number[] = [];
const uploads: Promise<void>[] = [];
const free: Uint8Array<ArrayBuffer>[] = [];

/** Draws a page of text with a cursor that moves. */
function draw(data: Uint8Array<ArrayBuffer>, number: number): void {
  const pixels = new Uint32Array(data.buffer);
  const row = number % codedHeight;
  pixels.fill(0xff303030, (row - 1) * codedWidth, row * codedWidth);
  pixels.fill(0xffe0e0e0, row * codedWidth, (row + 1) * codedWidth);
  drawFrameCode(data, codedWidth, codedHeight, number);
}

function uploadFrame(number: number): void {
  const data = free.pop() ?? new Uint8Array(codedWidth * codedHeight * 4).fill(0x30);
  draw(data, number);
  const geometry = { type: "image", format: "BGRX", codedWidth, codedHeight } as const;
  const upload = uploader.upload({
    ...{ ...geometry, data, timestamp: Math.round(begin + number * frameTime) },
    [Symbol.dispose]: () => free.push(data),
  });
  uploads.push(upload.then((outcome) => void (outcome === "sent" && recorded.push(number))));
}

/** Uploads a sample with the part of a beep that it contains. A beep of 50 ms begins at each full second of the timestamps. */
function uploadAudio(index: number): void {
  const values = new Int16Array(numberOfFrames).map((_, at) => {
    const time = ((index + at / numberOfFrames) * audioTime) / 1_000_000;
    return time >= 1 && time % 1 < 0.05 ? 16_000 * Math.sin(2 * Math.PI * 1_000 * time) : 0;
  });
  const form = { format: "s16", sampleRate: 48_000, numberOfChannels: 1, numberOfFrames } as const;
  const timestamp = Math.round(begin + index * audioTime);
  void uploader.upload({ type: "audio", ...form, data: new Uint8Array(values.buffer), timestamp });
}

const print = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);
const health = setInterval(() => print({ memory: process.memoryUsage.rss() }), 1000);
const begin = now();
for (let [frame, audio] = [0, 0]; frame < seconds * 30; await delay(5)) {
  const passed = now() - begin;
  for (; frame < seconds * 30 && frame * frameTime <= passed; frame++) uploadFrame(frame);
  for (; (audio + 1) * audioTime <= passed; audio++) uploadAudio(audio);
}
await Promise.all(uploads);
clearInterval(health);
print({ recorded });
await uploader.close();
