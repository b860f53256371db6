import { expect, test } from "vitest";
import { blockHeader, frameTrack, matroskaHeader } from "../src/matroska-writer.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("writes each block as its own cluster, with the timestamp in microseconds", () => {
  const header = hex(blockHeader(frameTrack, 1_234_567, 1000));
  const cluster = `1f43b675${"0100000000000401"}`;
  const timestamp = `e7${"0100000000000003"}12d687`;
  const block = `a3${"01000000000003ec"}${"81000080"}`;
  expect(header).toBe(cluster + timestamp + block);
  expect(0x401).toBe((timestamp.length + block.length) / 2 + 1000);
});

test("begins a stream with an EBML header and a segment of unknown size", () => {
  const header = hex(matroskaHeader({ codec: "V_MJPEG", width: 640, height: 360 }));
  expect(header.slice(0, 24)).toMatch(/^1a45dfa301000000/);
  expect(header).toContain(Buffer.from("matroska").toString("hex"));
  expect(header).toContain(`18538067${"01ffffffffffffff"}1549a966`);
  expect(header).toContain(Buffer.from("V_MJPEG").toString("hex"));
  expect(header).toContain(`b0${"0100000000000002"}0280`);
  expect(header).not.toContain(Buffer.from("A_PCM").toString("hex"));
});

test.each([
  ["s16", "A_PCM/INT/LIT", 16],
  ["f32", "A_PCM/FLOAT/IEEE", 32],
] as const)("writes audio of format %s as a track with the codec %s", (format, codec, bits) => {
  const frame = { codec: "V_MJPEG", width: 640, height: 360 };
  const header = hex(matroskaHeader(frame, { format, sampleRate: 48_000, numberOfChannels: 2 }));
  expect(header).toContain(Buffer.from(codec).toString("hex"));
  expect(header).toContain(`b5${"0100000000000008"}40e7700000000000`);
  expect(header).toContain(`6264${"0100000000000001"}${bits.toString(16)}`);
});
