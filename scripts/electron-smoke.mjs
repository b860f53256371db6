// Sends a message with a payload, a raw frame and audio through sockets in Electron's main process, and exits with
// 0 if all arrive. Usage: electron scripts/electron-smoke.mjs. Node runs it too.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IPCChannel } from "../packages/ipc-channel/dist/index.js";
import { BroadcastReceiver } from "../packages/receiver/dist/index.js";
import { BroadcastUploader, now } from "../packages/uploader/dist/index.js";

const { electron, node } = process.versions;
const app = electron ? (await import("electron")).app : undefined;
const exit = (code) => (app ? app.exit(code) : process.exit(code));
setTimeout(() => {
  console.error("nothing arrived for 30 s");
  exit(1);
}, 30_000).unref();

// A top-level `await app.whenReady()` never settles, because Electron gets ready only after this module has run.
(app?.whenReady() ?? Promise.resolve()).then(tryAll).then(
  () => {
    console.log(`all arrived in ${electron ? `Electron ${electron}, ` : ""}Node ${node}`);
    exit(0);
  },
  (error) => {
    console.error(error);
    exit(1);
  },
);

async function tryAll() {
  const folder = await mkdtemp(join(tmpdir(), "electron-smoke-"));
  const pathOf = (name) =>
    process.platform === "win32" ? `\\\\.\\pipe\\smoke-${process.pid}-${name}` : join(folder, name);
  try {
    await tryChannel(pathOf("channel"));
    await tryBroadcast(pathOf("broadcast"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryChannel(path) {
  const [server, client] = await Promise.all([
    IPCChannel.accept(path, { token: "a secret of 16 bytes or more" }),
    IPCChannel.connect(path, { token: "a secret of 16 bytes or more" }),
  ]);
  const payload = new Uint8Array(8_000_000).map((_, index) => index);
  const [{ value: message }] = await Promise.all([
    server.messages().next(),
    client.send({ text: "hello" }, payload),
  ]);
  assert.deepEqual(message.header, { text: "hello" });
  assert.deepEqual(new Uint8Array(message.payload), payload);
  await client.close();
  await server.close();
}

async function tryBroadcast(path) {
  const demand = { video: { delivery: "all" }, audio: {} };
  const [receiver, uploader] = await Promise.all([
    BroadcastReceiver.accept(path, { demand }),
    BroadcastUploader.connect(path, { reconnect: false }),
  ]);
  await uploader.wanted({ type: "audio" });
  const data = new Uint8Array(640 * 480 * 4).fill(7);
  const audio = {
    type: "audio",
    format: "s16",
    sampleRate: 48_000,
    numberOfChannels: 2,
    numberOfFrames: 480,
  };
  uploader.upload({
    type: "image",
    format: "BGRA",
    codedWidth: 640,
    codedHeight: 480,
    data,
    timestamp: now(),
  });
  uploader.upload({ ...audio, data: new Uint8Array(1_920).fill(9), timestamp: now() });
  const frame = (await receiver.samples({ type: "image" }).next()).value;
  assert.equal(frame.format, "BGRA");
  assert.deepEqual(new Uint8Array(frame.data), data);
  frame[Symbol.dispose]();
  const heard = (await receiver.samples({ type: "audio" }).next()).value;
  assert.equal(heard.data[0], 9);
  await uploader.close();
  await receiver.close();
}
