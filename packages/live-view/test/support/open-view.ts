import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import sharp from "sharp";
import { onTestFinished } from "vitest";
import { LiveView } from "../../src/live-view.ts";
import type { LiveViewOptions } from "../../src/live-view-options.ts";

let paths = 0;

/** A view of a real receiver behind a real HTTP server. */
export interface OpenView {
  readonly view: LiveView;
  readonly uploader: BroadcastUploader;
  readonly receiver: BroadcastReceiver;
  readonly server: Server;
  /** Address of the WebSocket. */
  readonly url: string;
}

/** Connects an uploader and a receiver over a socket. Both are closed at the end of the test. */
export async function connectPair(): Promise<{
  readonly uploader: BroadcastUploader;
  readonly receiver: BroadcastReceiver;
}> {
  const path = socketPath(`live-view-test-${process.pid}-${++paths}`);
  const accepted = BroadcastReceiver.accept(path, { decode: false, demand: { video: null, audio: null } });
  const uploader = await BroadcastUploader.connect(path, { name: "a test", reconnect: false });
  const receiver = await accepted;
  onTestFinished(async () => {
    await Promise.all([uploader.close(), receiver.close()]);
  });
  return { uploader, receiver };
}

/** Listens on a free port. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
}

/** Opens a view and its server. */
export async function openView(options: LiveViewOptions = {}): Promise<OpenView> {
  const pair = await connectPair();
  const view = new LiveView(pair.receiver, options);
  const server = createServer((request, response) => {
    if (!view.handleRequest(request, response)) response.writeHead(404).end();
  });
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  onTestFinished(() => view.close());
  return { ...pair, view, server, url: await listen(server) };
}

/** A raw frame of 2x2 pixels that all have this value. */
export function raw(value: number): ImageSample {
  const data = new Uint8Array(16).fill(value);
  return { type: "image", format: "RGBA", codedWidth: 2, codedHeight: 2, data, timestamp: value };
}

/** A JPEG of this size. */
export async function jpeg(timestamp: number, width = 64, height = 48): Promise<EncodedImageSample> {
  const create = { width, height, channels: 3, background: "grey" } as const;
  const data = await sharp({ create }).jpeg().toBuffer();
  return { type: "image", encoding: "jpeg", codedWidth: width, codedHeight: height, data, timestamp };
}

/** Silent audio of this many frames at 48 kHz. */
export function audio(numberOfFrames: number): AudioSample {
  return {
    type: "audio",
    format: "s16",
    sampleRate: 48_000,
    numberOfChannels: 2,
    numberOfFrames,
    data: new Uint8Array(numberOfFrames * 4),
    timestamp: 5,
  };
}
