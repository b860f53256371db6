import { once } from "node:events";
import { duplexPair } from "node:stream";
import { describe, expect, test } from "vitest";
import { Outbox } from "../src/connection/outbox.ts";
import { proofOf } from "../src/handshake/handshake.ts";
import { type Frame, frameKind } from "../src/wire/frame.ts";
import { FrameDecoder } from "../src/wire/frame-decoder.ts";
import { readArrived } from "./support/read-arrived.ts";
import { bytesOf, vectors } from "./support/vectors.ts";

/** Returns a copy of a header for comparison, with a Uint8Array in place of each Buffer. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function decode(hex: string, route?: FrameDecoder["route"]): Frame[] {
  const decoder = new FrameDecoder(vectors.limits);
  decoder.route = route;
  decoder.push(Buffer.from(hex, "hex"));
  const frames: Frame[] = [];
  for (let frame = decoder.read(); frame; frame = decoder.read()) frames.push(frame);
  decoder.end();
  return frames;
}

describe("vectors.json", () => {
  test.each(vectors.frames)("decodes $description", ({ hex, frame }) => {
    const [decoded, ...rest] = decode(hex);
    expect(rest).toEqual([]);
    expect(decoded?.kind).toBe(frameKind[frame.kind]);
    expect(plain(decoded?.header)).toEqual(frame.header);
    expect(decoded?.payload).toEqual(frame.payload === null ? undefined : bytesOf(frame.payload));
    expect(decoded?.bytes).toBe(hex.length / 2);
  });

  const written = vectors.frames.filter(({ canonical, frame }) => canonical && frame.kind !== "alive");

  test.each(written)("encodes $description to the same bytes", async ({ hex, frame }) => {
    const [near, far] = duplexPair();
    const payload = frame.payload === null ? undefined : bytesOf(frame.payload);
    new Outbox(near).send(frameKind[frame.kind], frame.header, payload);
    await once(far, "readable");
    expect(readArrived(far).toString("hex")).toBe(hex);
  });

  test.each(vectors.errors)("rejects $description with $error", ({ hex, error }) => {
    expect(() => decode(hex)).toThrow(expect.objectContaining({ code: error }));
  });

  test.each(vectors.carrier.frames)("decodes $description, with a carrier", ({ hex, frame }) => {
    const references: string[] = [];
    const load = (reference: Uint8Array) => {
      references.push(Buffer.from(reference).toString("hex"));
      return new Uint8Array(5);
    };
    const [decoded] = decode(hex, { load, release: () => {} });
    expect(decoded?.kind).toBe(frameKind[frame.kind]);
    expect(plain(decoded?.header)).toEqual(frame.header);
    expect(references).toEqual(frame.reference === null ? [] : [frame.reference]);
    const inStream = frame.payload === null ? undefined : bytesOf(frame.payload);
    expect(decoded?.payload).toEqual(frame.reference === null ? inStream : new Uint8Array(5));
  });

  test.each(vectors.carrier.frames)("encodes $description to the same bytes", async ({ hex, frame }) => {
    const [near, far] = duplexPair();
    const outbox = new Outbox(near);
    outbox.route = { store: () => (frame.reference ? bytesOf(frame.reference) : undefined) };
    const payload = frame.reference ? new Uint8Array(5) : frame.payload ? bytesOf(frame.payload) : undefined;
    outbox.send(frameKind[frame.kind], frame.header, payload);
    await once(far, "readable");
    expect(readArrived(far).toString("hex")).toBe(hex);
  });

  test.each(vectors.carrier.errors)("rejects $description with $error, with a carrier", ({ hex, error }) => {
    const route = { load: () => new Uint8Array(5), release: () => {} };
    expect(() => decode(hex, route)).toThrow(expect.objectContaining({ code: error }));
  });

  test.each(vectors.carrier.frames.filter(({ frame }) => frame.payload === null))(
    "rejects $description without a carrier",
    ({ hex }) => {
      expect(() => decode(hex)).toThrow(expect.objectContaining({ code: "ERR_IPC_CORRUPT_MESSAGE" }));
    },
  );

  test.each(vectors.proofs)(
    "computes the mac of $description",
    ({ token, role, ownNonce, peerNonce, mac }) => {
      const proof = proofOf(bytesOf(token), role, bytesOf(ownNonce), bytesOf(peerNonce));
      expect(Buffer.from(proof).toString("hex")).toBe(mac);
    },
  );
});
