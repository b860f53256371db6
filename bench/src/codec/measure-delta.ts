import { BroadcastImageCodec, type ImageCodecOptions } from "@broadcast-ipc/image-codec";
import { Packr } from "msgpackr";
import { shuffler } from "../scenes/random.ts";
import { type SceneName, sceneNamed } from "../scenes/scenes.ts";

/** What was measured of one encoding of a scene, for each frame. */
export interface DeltaResult {
  readonly name: string;
  /** Processor time of all threads. */
  readonly cpuMilliseconds: number;
  /** Of data and metadata, the latter as MessagePack. */
  readonly bytes: number;
}

const width = 1920;
const height = 1080;
/** Frames that are not counted: the whole picture at the beginning, and what is compiled on the way. */
const warmUpFrames = 30;
const frames = 90;

const encodings: readonly (ImageCodecOptions & { readonly name: string })[] = [
  { name: "delta, jpeg-turbo", encoding: "delta", engine: "jpeg-turbo" },
  { name: "delta, sharp", encoding: "delta", engine: "sharp" },
  { name: "JPEG, jpeg-turbo", encoding: "jpeg", engine: "jpeg-turbo" },
  { name: "JPEG, sharp", encoding: "jpeg", engine: "sharp" },
];

const packr = new Packr({ useRecords: false });

/** Encodes a scene's frames, each in every encoding, in an order of its own, before the next one. */
export async function measureDelta(scene: SceneName): Promise<DeltaResult[]> {
  const drawer = sceneNamed(scene, width, height);
  const data = new Uint8Array(width * height * 4);
  const results = encodings.map(({ name, ...options }) => {
    return { name, codec: new BroadcastImageCodec(options), cpu: 0, bytes: 0 };
  });
  const shuffle = shuffler(1);
  for (let frame = 0; frame < warmUpFrames + frames; frame++) {
    drawer.draw(frame, data);
    const timestamp = Math.round((frame * 1e6) / 30);
    for (const result of shuffle(results)) {
      const before = process.cpuUsage();
      const encoded = await result.codec.encode({
        type: "image",
        format: "BGRA",
        codedWidth: width,
        codedHeight: height,
        data,
        timestamp,
      });
      const { user, system } = process.cpuUsage(before);
      if (frame < warmUpFrames) continue;
      result.cpu += user + system;
      result.bytes += encoded.data.byteLength + packr.pack(encoded.metadata).byteLength;
    }
  }
  return results.map(({ name, cpu, bytes }) => {
    return { name, cpuMilliseconds: cpu / 1000 / frames, bytes: bytes / frames };
  });
}
