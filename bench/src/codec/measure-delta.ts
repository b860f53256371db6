import { BroadcastImageCodec, type ImageCodecOptions } from "@broadcast-ipc/image-codec";
import { Packr } from "msgpackr";
import { reasonOf } from "../failure.ts";
import { shuffler } from "../scenes/random.ts";
import { type SceneName, sceneNamed } from "../scenes/scenes.ts";

/** The measurements of one encoding of a scene, per frame. */
export interface DeltaResult {
  readonly name: string;
  /** CPU time of all threads. */
  readonly cpuMilliseconds: number;
  /** Bytes of data and metadata. Metadata is encoded as MessagePack. */
  readonly bytes: number;
  /** Reason of the failure. Absent if the encoding did not fail. */
  readonly failure?: string;
}

const width = 1920;
const height = 1080;
/** Number of frames before the measurement: the key frame, and frames during which V8 compiles. */
const warmUpFrames = 30;
const frames = 90;

type Encode = (data: Uint8Array, timestamp: number) => Promise<{ data: Uint8Array; metadata?: object }>;

const encoders: readonly { readonly name: string; readonly open: () => Encode }[] = [
  { name: "delta, jpeg-turbo", open: () => codecOf({ encoding: "delta", engine: "jpeg-turbo" }) },
  { name: "delta, sharp", open: () => codecOf({ encoding: "delta", engine: "sharp" }) },
  { name: "JPEG, jpeg-turbo", open: () => codecOf({ encoding: "jpeg", engine: "jpeg-turbo" }) },
  { name: "JPEG, sharp", open: () => codecOf({ encoding: "jpeg", engine: "sharp" }) },
  { name: "JPEG, plain sharp", open: () => plainSharp },
];

const packr = new Packr({ useRecords: false });

function codecOf(options: ImageCodecOptions): Encode {
  const codec = new BroadcastImageCodec(options);
  const sample = { type: "image", format: "BGRA", codedWidth: width, codedHeight: height } as const;
  return (data, timestamp) => codec.encode({ ...sample, data, timestamp });
}

/** Calls sharp with its defaults. sharp reads BGRA as RGBA, which does not affect its speed. */
async function plainSharp(data: Uint8Array): Promise<{ data: Uint8Array }> {
  const { default: sharp } = await import("sharp");
  return {
    data: await sharp(data, { raw: { width, height, channels: 4 } })
      .jpeg({ quality: 75 })
      .toBuffer(),
  };
}

/**
 * Draws the frames of a scene one by one, and encodes each frame with every encoder. The order of the encoders
 * changes with each frame. If an encoder fails, the others continue.
 */
export async function measureDelta(scene: SceneName): Promise<DeltaResult[]> {
  const drawer = sceneNamed(scene, width, height);
  const data = new Uint8Array(width * height * 4);
  const entries = encoders.map(({ name, open }) => {
    return { name, encode: open(), cpu: 0, bytes: 0, failure: undefined as string | undefined };
  });
  const shuffle = shuffler(1);
  for (let frame = 0; frame < warmUpFrames + frames; frame++) {
    drawer.draw(frame, data);
    const timestamp = Math.round((frame * 1e6) / 30);
    for (const entry of shuffle(entries.filter(({ failure }) => failure === undefined))) {
      const before = process.cpuUsage();
      try {
        const encoded = await entry.encode(data, timestamp);
        const { user, system } = process.cpuUsage(before);
        if (frame < warmUpFrames) continue;
        entry.cpu += user + system;
        entry.bytes += encoded.data.byteLength;
        if (encoded.metadata) entry.bytes += packr.pack(encoded.metadata).byteLength;
      } catch (error) {
        entry.failure = reasonOf(error);
      }
    }
  }
  return entries.map(({ name, cpu, bytes, failure }) =>
    failure === undefined
      ? { name, cpuMilliseconds: cpu / 1000 / frames, bytes: bytes / frames }
      : { name, cpuMilliseconds: Number.NaN, bytes: Number.NaN, failure },
  );
}
