// A capture process: capture.mjs <path> <options>. Uploads the test pattern of read-pattern.ts and a tone. Reads a JSON line
// with changed options from stdin, and prints a JSON line for each event.
import { createInterface } from "node:readline";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";

const [path, first] = process.argv.slice(2);
const options = {
  width: 640,
  height: 360,
  /** Frames per second. 0 uploads one frame, and one more after each change. */
  fps: 30,
  rotation: 0,
  /** Frequency of the tone in Hz. 0 sends no audio. */
  tone: 0,
  /** Number of the first frame, or of the next one if it is changed. */
  start: 0,
  ...JSON.parse(first ?? "{}"),
};
const report = (event) => console.log(JSON.stringify(event));

const uploader = await BroadcastUploader.connect(path, { name: "test pattern" });
uploader.on("failure", (error) => report({ failure: `${error.code}: ${error.message}` }));
uploader.on("demand", ({ video, audio }) => report({ demand: { video, audio } }));
report({ connected: true });
readMessages();

let counter = options.start;
let uploaded = 0;
let timer;
setInterval(() => report({ uploaded }), 200).unref();
createInterface(process.stdin)
  .on("line", (line) => {
    const changed = JSON.parse(line);
    counter = changed.start ?? counter;
    Object.assign(options, changed);
    restart();
  })
  .on("close", () => process.exit());
restart();
if (options.tone > 0) playTone();

function restart() {
  clearInterval(timer);
  capture();
  if (options.fps > 0) timer = setInterval(capture, 1000 / options.fps);
}

function capture() {
  // Like a real source, captures only while video is wanted. The first frame is captured anyway and waits for a viewer.
  if (uploaded > 0 && options.fps > 0 && !uploader.demand?.video) return;
  const { width: codedWidth, height: codedHeight, rotation } = options;
  const data = draw(codedWidth, codedHeight, rotation, counter++);
  uploaded++;
  uploader.upload({
    type: "image",
    format: "BGRA",
    codedWidth,
    codedHeight,
    rotation,
    data,
    timestamp: now(),
  });
}

/** Draws the pattern so that it is upright after a clockwise turn by `rotation`. */
function draw(codedWidth, codedHeight, rotation, number) {
  const isTurned = rotation % 180 !== 0;
  const width = isTurned ? codedHeight : codedWidth;
  const height = isTurned ? codedWidth : codedHeight;
  const pixels = new Uint32Array(codedWidth * codedHeight);
  const fill = (left, top, right, bottom, color) => {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        let at = y * codedWidth + x;
        if (rotation === 90) at = (codedHeight - 1 - x) * codedWidth + y;
        if (rotation === 180) at = (codedHeight - 1 - y) * codedWidth + (codedWidth - 1 - x);
        if (rotation === 270) at = x * codedWidth + (codedWidth - 1 - y);
        pixels[at] = color;
      }
    }
  };
  const middle = Math.floor(height / 2);
  const bits = number | (checksum(number) << 16);
  for (let bit = 0; bit < 20; bit++) {
    const color = (bits >> bit) & 1 ? 0xffffffff : 0xff000000;
    fill(Math.floor((bit * width) / 20), 0, Math.floor(((bit + 1) * width) / 20), middle, color);
  }
  for (const [index, color] of [0xffff0000, 0xff00ff00, 0xff0000ff, 0xff808080].entries()) {
    fill(Math.floor((index * width) / 4), middle, Math.floor(((index + 1) * width) / 4), height, color);
  }
  return new Uint8Array(pixels.buffer);
}

function checksum(number) {
  return (number ^ (number >> 4) ^ (number >> 8) ^ (number >> 12) ^ 0b1010) & 15;
}

/** Uploads a sine in packets of 20 ms, as many as are due. */
function playTone() {
  const sampleRate = 48_000;
  const numberOfFrames = 960;
  const start = now();
  let played = 0;
  setInterval(() => {
    for (const due = ((now() - start) / 1e6) * sampleRate; played + numberOfFrames <= due; ) {
      const data = new Int16Array(numberOfFrames * 2);
      for (let i = 0; i < numberOfFrames; i++) {
        const value = 12_000 * Math.sin((2 * Math.PI * options.tone * (played + i)) / sampleRate);
        data[i * 2] = data[i * 2 + 1] = value;
      }
      const timestamp = start + Math.round((played / sampleRate) * 1e6);
      played += numberOfFrames;
      uploader.upload({
        ...{ type: "audio", format: "s16", sampleRate, numberOfChannels: 2, numberOfFrames },
        ...{ data: new Uint8Array(data.buffer), timestamp },
      });
    }
  }, 10);
}

async function readMessages() {
  for await (const { type, data } of uploader.messages()) report({ message: { type, data } });
}
