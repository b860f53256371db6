// A program that uses the main API of every package. scripts/try-typescript.mjs compiles it against the packed packages.
import { createServer } from "node:http";
import { BroadcastAudioCodec, mixToStereo } from "@broadcast-ipc/audio-codec";
import { clockId, DurationHistogram, now } from "@broadcast-ipc/clock";
import { BroadcastImageCodec, type ImageSample } from "@broadcast-ipc/image-codec";
import { IPCChannel, IPCChannelError, IPCServer, socketPath } from "@broadcast-ipc/ipc-channel";
import { LiveView, refuseUpgrade } from "@broadcast-ipc/live-view";
import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { type CapturablePage, PageCapture } from "@broadcast-ipc/page-capture";
import { combineVideoDemands, parseViewerInput, type ViewerInput } from "@broadcast-ipc/protocol";
import { BroadcastReceiver, type BroadcastServer, type Sample } from "@broadcast-ipc/receiver";
import { SourceReader } from "@broadcast-ipc/receiver/sink";
import { Recorder, type RecordingSummary } from "@broadcast-ipc/recorder";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import * as v from "valibot";

const path: string = socketPath("program");
const messageSchemas = { click: v.object({ x: v.number(), y: v.number() }) };

interface Greeting {
  readonly type: "greeting";
  readonly text: string;
}

export async function exchangeMessages(): Promise<void> {
  const server = await IPCServer.listen<unknown, Greeting>(path, {
    token: "a secret of 16 bytes or more",
    onRefused: console.error,
  });
  const channel: IPCChannel<Greeting> = await IPCChannel.connect(path, {
    giveUpAfter: 1_000,
    payloads: sharedMemory({}),
  });
  await channel.send({ type: "greeting", text: "hello" }, new Uint8Array(3));
  // @ts-expect-error The header has another type.
  await channel.send({ type: "farewell", text: "bye" });
  for await (const { header, payload } of channel.messages({ signal: AbortSignal.timeout(1_000) })) {
    const text: string = header.text;
    console.log(text, payload?.length);
  }
  const checked = await IPCChannel.accept(path, { schema: v.object({ answer: v.number() }) });
  for await (const { header } of checked) console.log(header.answer.toFixed());
  const { by, code, error } = await channel.closed;
  console.log(by, code, error instanceof IPCChannelError ? error.code : error);
  await server.close();
}

export async function upload(page: CapturablePage): Promise<void> {
  const uploader = await BroadcastUploader.connect(path, {
    messageSchemas,
    reconnect: { giveUpAfter: 10_000 },
  });
  uploader.on("failure", (error: Error) => console.error(error.message));
  const data = new Uint8Array(4 * 640 * 480);
  const size = { codedWidth: 640, codedHeight: 480 };
  const image: ImageSample = { type: "image", format: "BGRA", ...size, data, timestamp: now() };
  const outcome: string = await uploader.upload(image);
  for await (const message of uploader.messages({ types: ["click"] })) {
    const x: number = message.data.x;
    console.log(message.type satisfies "click", x, outcome);
  }
  const { demand } = new FanOut({ first: uploader });
  const capture = await PageCapture.start(page, uploader, { maxFps: 30, input: true });
  console.log(demand?.video?.maxFps, (await capture.ended).reason, clockId());
}

export async function receive(): Promise<RecordingSummary> {
  const server: BroadcastServer = await BroadcastReceiver.listen(path, { decode: false });
  const receiver = await BroadcastReceiver.accept(path, { format: "RGBA", messageSchemas });
  receiver.setDemand({ video: combineVideoDemands([{ maxFps: 5 }, null]), audio: {} });
  await receiver.send("click", { x: 1, y: 2 });
  for await (const frame of receiver.samples({ type: "image" })) console.log(frame.format, frame.data.length);
  for await (const sample of receiver) describe(sample);

  const view = new LiveView(server, { authorize: () => ({ watch: true, control: false }) });
  view.on("message", ({ viewer, name, data }) => console.log(viewer.id, name, data));
  createServer().on("upgrade", (request, socket, head) => {
    if (request.url === "/live") view.handleUpgrade(request, socket, head);
    else refuseUpgrade(socket, 404);
  });

  const publisher = await LiveKitPublisher.publish(await connectRoom("wss://example.com", "token"), receiver);
  console.log(publisher.stats().video.frames);

  const recorder = await Recorder.start("session.mp4", { video: { size: "first" } });
  await recorder.record(receiver);
  return recorder.stop();
}

export async function convert(image: ImageSample): Promise<void> {
  const codec = new BroadcastImageCodec({ encoding: "jpeg", quality: 80 });
  const { metadata, data } = await codec.encode(image);
  const decoded = await codec.decode(data, metadata, { format: "BGRA" });
  const silence = { type: "audio", format: "s16", sampleRate: 48_000, numberOfChannels: 1 } as const;
  const audio = { ...silence, numberOfFrames: 480, data: new Uint8Array(960), timestamp: decoded.timestamp };
  const stereo: Int16Array = mixToStereo(audio, { format: "s16" });
  const encoded = new BroadcastAudioCodec().encode(audio);
  const ages = new DurationHistogram();
  ages.record(now() - encoded.metadata.timestamp);
  const input: ViewerInput = parseViewerInput({ kind: "text", text: "hello" });
  console.log(ages.summary?.p95, stereo.length, input.kind, SourceReader);
}

function describe(sample: Sample): number {
  return sample.type === "audio" ? sample.sampleRate : sample.codedWidth;
}
