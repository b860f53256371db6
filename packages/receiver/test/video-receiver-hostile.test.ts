import { BroadcastImageCodec, type ImageMetadata } from "@broadcast-ipc/image-codec";
import { expect, it } from "vitest";
import { connected } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

interface Sent {
  readonly metadata: ImageMetadata;
  readonly data: Uint8Array;
}

const jpeg = await new BroadcastImageCodec({ encoding: "jpeg" }).encode(videoFrame(1));
const png = await new BroadcastImageCodec({ encoding: "png" }).encode(videoFrame(1));

const raw = { format: "RGBA", codedWidth: 16, codedHeight: 16, timestamp: 0 } as const;

/** A JPEG whose header and metadata claim a width and height of `side`. */
function claiming(side: number): Sent {
  const data = Buffer.from(jpeg.data);
  const frame = data.indexOf(Uint8Array.of(0xff, 0xc0));
  data.writeUInt16BE(side, frame + 5);
  data.writeUInt16BE(side, frame + 7);
  return { metadata: { ...jpeg.metadata, codedWidth: side, codedHeight: side }, data };
}

/** A frame whose metadata does not match the data, because `fields` replace some of the metadata. */
function disagreeing(fields: object, { metadata, data }: Sent = jpeg): Sent {
  return { metadata: { ...metadata, ...fields } as ImageMetadata, data };
}

const cuts = Array.from({ length: 99 }, (_, percent) => ({
  metadata: jpeg.metadata,
  data: jpeg.data.subarray(0, Math.floor((jpeg.data.length * (percent + 1)) / 100)),
}));

const region = { x: 0, y: 0, width: 16, height: 16, bytes: jpeg.data.length };
const delta = { number: 2, coding: "jpeg", regions: [region] };

const cases: [title: string, code: string, sent: readonly Sent[]][] = [
  ["a JPEG claims 65,535 × 65,535 pixels", "ERR_IMAGE_UNDECODABLE", [claiming(65_535)]],
  ["a JPEG claims 16,383 × 16,383 pixels", "ERR_IMAGE_UNDECODABLE", [claiming(16_383)]],
  ["a JPEG is truncated at each percent of its length", "ERR_IMAGE_UNDECODABLE", cuts],
  ["a PNG is declared as JPEG", "ERR_IMAGE_UNDECODABLE", [disagreeing({ encoding: "jpeg" }, png)]],
  [
    "the width in the metadata differs from the width in the data",
    "ERR_IMAGE_SIZE_MISMATCH",
    [disagreeing({ codedWidth: 65_535 })],
  ],
  ["the width is 0", "ERR_IMAGE_INVALID_METADATA", [disagreeing({ codedWidth: 0 })]],
  [
    "a raw frame is one byte too short",
    "ERR_IMAGE_DATA_TOO_SHORT",
    [{ metadata: raw, data: new Uint8Array(16 * 16 * 4 - 1) }],
  ],
  [
    "a region exceeds the image",
    "ERR_IMAGE_INVALID_METADATA",
    [disagreeing({ encoding: "delta", delta: { ...delta, base: 1, regions: [{ ...region, x: 1 }] } })],
  ],
  [
    "a region exceeds the data",
    "ERR_IMAGE_DATA_TOO_SHORT",
    [disagreeing({ encoding: "delta", delta: { ...delta, regions: [{ ...region, bytes: 100_000 }] } })],
  ],
  [
    "a delta arrives without its base",
    "ERR_IMAGE_MISSING_BASE",
    [disagreeing({ encoding: "delta", delta: { ...delta, base: 1 } })],
  ],
];

it.each(cases)("BroadcastReceiver delivers the next frame if %s", async (_, code, sent) => {
  const { receiver, peer, failures } = await connected({ format: "RGBA" });
  const samples = receiver.samples();
  let good = 0;
  let through = 0;
  const credit = async (sequence: number) => {
    while (through < sequence) {
      const message = await peer.next();
      if (message?.type === "credit") through = message.through;
    }
  };
  for (const { metadata, data } of sent) {
    const next = samples.next();
    await credit(2 * good + 1);
    peer.junk(metadata, data);
    await credit(2 * good + 2);
    peer.junk({ ...jpeg.metadata, timestamp: ++good }, jpeg.data);
    const { value } = await next;
    expect(value).toMatchObject({ type: "image", format: "RGBA", codedWidth: 16, timestamp: good });
    expect(value?.data).toHaveLength(16 * 16 * 4);
  }
  expect(failures.map((error) => error.code)).toEqual(sent.map(() => code));
  expect(receiver.isClosed).toBe(false);
  expect(receiver.stats().video).toMatchObject({ received: 2 * good, undecodable: good, dropped: 0 });
});
