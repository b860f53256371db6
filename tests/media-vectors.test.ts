import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Duplex, duplexPair } from "node:stream";
import { BroadcastAudioCodec, parseAudioMetadata } from "@broadcast-ipc/audio-codec";
import { BroadcastImageCodec, type ImageMetadata, parseImageMetadata } from "@broadcast-ipc/image-codec";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { parseReceiverMessage, parseUploaderMessage } from "@broadcast-ipc/protocol";
import { expect, onTestFinished, test } from "vitest";

type Side = "uploader" | "receiver" | "either";
interface Vectors {
  messages: { description: string; from: Side; hex: string; canonical: boolean; message: object | null }[];
  refused: { description: string; from: Side; hex: string; code: string }[];
  images: { description: string; images: { hex: string; payload: string | null; pixels: string }[] }[];
  audio: { description: string; hex: string; payload: string; samples: number[][] }[];
}

const file = new URL("../packages/protocol/test/vectors.json", import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, "utf8"));

/** Encodes a frame without payload, as specified in PROTOCOL.md of ipc-channel. */
function frame(kind: number, header: Uint8Array): Buffer {
  const prefix = Buffer.alloc(16);
  prefix.write("IPC\x01", "latin1");
  prefix[4] = kind;
  prefix.writeUInt32LE(header.length, 8);
  return Buffer.concat([prefix, header]);
}

/** The bytes of the `hello` frame from the vectors of ipc-channel. */
function hello(): Buffer {
  const wire = new URL("../packages/ipc-channel/test/vectors.json", import.meta.url);
  return Buffer.from(JSON.parse(readFileSync(wire, "utf8")).frames[0].hex, "hex");
}

/** Opens a channel. `peer` is the other end of its connection, as a byte stream. */
async function open(): Promise<{ channel: IPCChannel; peer: Duplex }> {
  const [near, peer] = duplexPair();
  peer.write(hello());
  const channel = await IPCChannel.over(near, { role: "connect" });
  onTestFinished(() => void peer.destroy());
  return { channel, peer };
}

async function decode(hex: string): Promise<unknown> {
  const { channel, peer } = await open();
  peer.write(frame(2, Buffer.from(hex, "hex")));
  const { value } = await channel.messages().next();
  return value.header;
}

/** Parses a header and its metadata with the parser for each end that may send the header. */
function parse(from: Side, header: unknown): unknown[] {
  const parsed = [];
  if (from !== "receiver") parsed.push(withMetadata(parseUploaderMessage(header)));
  if (from !== "uploader") parsed.push(parseReceiverMessage(header));
  return parsed.map((message) => message ?? null);
}

function withMetadata(message: ReturnType<typeof parseUploaderMessage>): object | undefined {
  if (message?.type === "image") return { ...message, metadata: parseImageMetadata(message.metadata) };
  if (message?.type === "audio") return { ...message, metadata: parseAudioMetadata(message.metadata) };
  return message;
}

test.each(vectors.messages)("the parsers decode $description", async ({ from, hex, message }) => {
  for (const parsed of parse(from, await decode(hex))) expect(parsed).toStrictEqual(message);
});

const written = vectors.messages.filter(({ canonical }) => canonical);

test.each(written)("IPCChannel encodes $description as the bytes of the vector", async ({ hex, message }) => {
  const { channel, peer } = await open();
  await once(peer, "readable");
  peer.read();
  await channel.send(message);
  const bytes: Buffer = peer.read();
  expect(bytes.subarray(16).toString("hex")).toBe(hex);
});

test.each(vectors.refused)("the parsers reject $description with $code", async ({ from, hex, code }) => {
  const header = await decode(hex);
  expect(() => parse(from, header)).toThrow(expect.objectContaining({ code }));
});

/** The planes of a pixel format as [bytes per row, rows], from the table in PROTOCOL.md. */
function planes({
  format,
  codedWidth: w,
  codedHeight: h,
}: {
  format: string;
  codedWidth: number;
  codedHeight: number;
}) {
  const [cw, ch] = [Math.ceil(w / 2), Math.ceil(h / 2)];
  if (format === "I420")
    return [
      [w, h],
      [cw, ch],
      [cw, ch],
    ] as const;
  if (format === "NV12")
    return [
      [w, h],
      [2 * cw, ch],
    ] as const;
  return [[(format === "RGB" ? 3 : 4) * w, h]] as const;
}

test.each(vectors.images)(
  "BroadcastImageCodec decodes to the pixels of the vector: $description",
  async ({ images }) => {
    const codec = new BroadcastImageCodec();
    for (const { hex, payload, pixels } of images) {
      const { metadata } = (await decode(hex)) as { metadata: ImageMetadata };
      const data = payload === null ? undefined : new Uint8Array(Buffer.from(payload, "hex"));
      const sample = await codec.decode(data, metadata);
      let end = 0;
      const rows = planes(sample).flatMap(([bytes, count], plane) => {
        const { offset, stride } = sample.layout?.[plane] ?? { offset: end, stride: bytes };
        end += bytes * count;
        const starts = Array.from({ length: count }, (_, row) => offset + row * stride);
        return starts.map((start) => sample.data.subarray(start, start + bytes));
      });
      expect(Buffer.concat(rows).toString("hex")).toBe(pixels);
    }
  },
);

test.each(vectors.audio)(
  "BroadcastAudioCodec decodes to the samples of the vector: $description",
  async ({ hex, payload, samples }) => {
    const { metadata } = (await decode(hex)) as { metadata: Parameters<BroadcastAudioCodec["decode"]>[1] };
    const { data, format, numberOfChannels } = new BroadcastAudioCodec().decode(
      new Uint8Array(Buffer.from(payload, "hex")),
      metadata,
    );
    const view = new DataView(data.buffer, data.byteOffset);
    const numbers = samples.flat().map((_, index) => {
      return format === "s16" ? view.getInt16(index * 2, true) : view.getFloat32(index * 4, true);
    });
    expect(samples.flat()).toEqual(numbers);
    expect(samples.every((frame) => frame.length === numberOfChannels)).toBe(true);
  },
);
