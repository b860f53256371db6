import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import { Handshake, handshakeLimits, proofOf, type Role } from "../../src/handshake/handshake.ts";
import {
  type Frame,
  type FrameKind,
  type FrameLimits,
  frameKind,
  prefixBytes,
} from "../../src/wire/frame.ts";
import { FrameDecoder } from "../../src/wire/frame-decoder.ts";
import { codeOf, cut, type Feed, feed, feedFromScratch, feedInPlace } from "../support/decode.ts";
import { mutate, type Recording, recording } from "../support/mutate.ts";
import { frameBytes, helloOf } from "../support/raw-peer.ts";

// FUZZ_STREAMS is the number of streams, and FUZZ_SEED is the seed of the first stream. A failure names the seed of its stream.
const streams = Number(process.env.FUZZ_STREAMS ?? 100_000);
const firstSeed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const timeout = 60_000 + streams;

/** Runs `check` for each seed. Returns to the event loop regularly. */
async function forEachSeed(count: number, check: (random: Random) => void): Promise<void> {
  for (let number = 0; number < count; number++) {
    const seed = firstSeed + number;
    try {
      check(new Random(seed));
    } catch (cause) {
      const again = `FUZZ_SEED=${seed} FUZZ_STREAMS=1 npx vitest run fuzz`;
      throw new Error(`the stream of this seed fails; reproduce with: ${again}`, { cause });
    }
    if (number % 1000 === 0) await setImmediate();
  }
}

const limits: FrameLimits = { maxHeaderBytes: 4096, maxPayloadBytes: 65536 };
const alive = Buffer.from("49504301030000000000000000000000", "hex");

const header = {
  text: "ä€🙂",
  list: [1, -1, 2.5, null, true, 70_000, -70_000, 2 ** 40],
  nested: { bytes: Uint8Array.of(1, 2, 3), long: "x".repeat(40), date: new Date(0) },
};

/** Streams of messages as peers send them after the handshake. */
const recordings: readonly Recording[] = [
  recording([
    frameBytes(frameKind.message, header),
    frameBytes(frameKind.message, null, new Uint8Array(0)),
    frameBytes(frameKind.message, "text", Uint8Array.of(1, 2, 3)),
    alive,
    frameBytes(frameKind.message, { long: "x".repeat(300) }, new Uint8Array(300).fill(0x49)),
    frameBytes(frameKind.goodbye, { code: "closed" }),
  ]),
  recording([
    frameBytes(frameKind.message, [header, header], new Uint8Array(2000).fill(0xdf)),
    frameBytes(frameKind.message, 1),
    frameBytes(
      frameKind.message,
      Array.from({ length: 20 }, (_, index) => ({ index })),
    ),
    frameBytes(frameKind.message, -1, alive),
  ]),
  recording(
    Array.from({ length: 20 }, (_, index) => frameBytes(frameKind.message, index, Buffer.alloc(index))),
  ),
];

/** Decodes the chunks. Returns the frames, the code of the error or "none", and the bytes that were allocated for payloads. */
function outcomeOf(way: Feed, chunks: readonly Uint8Array[], ofPeer: FrameLimits) {
  let allocated = 0;
  let largest = 0;
  const take = (length: number) => {
    largest = Math.max(largest, length);
    allocated += length;
    return new Uint8Array(length);
  };
  const decoder = new FrameDecoder(ofPeer, { take, giveBack() {} });
  const frames: Frame[] = [];
  const code = codeOf(() => way(decoder, chunks, (frame) => frames.push(frame)));
  if (largest > ofPeer.maxPayloadBytes) throw new Error(`${largest} bytes were asked for`);
  return { frames, code, allocated };
}

/** Returns the kind, size and payload of each frame as text. */
function summary(frames: readonly Frame[]): string {
  return frames
    .map(
      ({ kind, bytes, payload }) =>
        `${kind} ${bytes} ${payload && Buffer.from(payload.buffer).toString("latin1")}`,
    )
    .join("\n");
}

describe("FrameDecoder", () => {
  test(
    "decodes a mutated stream to the same frames or IPCChannelError in each way of passing chunks, within the memory limit",
    async () => {
      await forEachSeed(streams, (random) => {
        const bytes = mutate(random.of(recordings), recordings, random);
        const places = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1));
        const [first, ...others] = [feed, feedInPlace, feedFromScratch].map((way) =>
          outcomeOf(way, cut(bytes, places), limits),
        );
        if (!first) return;
        // Memory is allocated before a payload arrives, so the last payload may be longer than the bytes that arrived.
        expect(first.allocated <= bytes.length + limits.maxPayloadBytes).toBe(true);
        expect(first.frames.length <= bytes.length / prefixBytes).toBe(true);
        for (const other of others)
          if (other.code !== first.code || summary(other.frames) !== summary(first.frames))
            expect(other).toEqual(first);
      });
    },
    timeout,
  );
});

const token = "0123456789abcdef";

/** The frames that an honest peer sends in this handshake. */
function honest(handshake: Handshake, role: Role, withToken: boolean): Recording {
  const hello = helloOf({ auth: withToken, heartbeat: 1000 });
  const other = role === "accept" ? "connect" : "accept";
  const proof = { mac: proofOf(token, other, hello.nonce as Uint8Array, handshake.hello.nonce) };
  const say = (kind: FrameKind, header: unknown) => frameBytes(kind, header);
  return recording([say(frameKind.hello, hello), ...(withToken ? [say(frameKind.proof, proof)] : [])]);
}

describe("Handshake", () => {
  test(
    "continues a mutated handshake or throws an IPCChannelError, admits no peer without the proof, and allocates no payload",
    async () => {
      const outcomes = new Set<string>();
      await forEachSeed(Math.ceil(streams / 4), (random) => {
        const role = random.of(["accept", "connect"] as const);
        const withToken = random.below(4) > 0;
        const handshake = new Handshake(role, limits, withToken ? token : undefined);
        const recorded = honest(handshake, role, withToken);
        const bytes = mutate(recorded, [recorded, ...recordings], random);
        const { frames, code, allocated } = outcomeOf(feed, [bytes], handshakeLimits);
        expect(allocated).toBe(0);
        let outcome = code;
        try {
          for (const frame of frames) {
            if (!handshake.receive(frame).admitted) continue;
            outcome = "admitted";
            break;
          }
        } catch (error) {
          if (!(error instanceof IPCChannelError)) throw error;
          outcome = error.code;
        }
        if (outcome === "admitted" && withToken) {
          const [{ nonce }, { mac }] = [frameKind.hello, frameKind.proof].map(
            (wanted) => frames.find(({ kind }) => kind === wanted)?.header,
          ) as [{ nonce: Uint8Array }, { mac: Uint8Array }];
          const other = role === "accept" ? "connect" : "accept";
          expect(Buffer.compare(mac, proofOf(token, other, nonce, handshake.hello.nonce))).toBe(0);
        }
        outcomes.add(outcome);
      });
      // Without this check, mutations that never lead to one of these outcomes would go unnoticed.
      if (streams >= 10_000)
        for (const outcome of [
          "admitted",
          "ERR_IPC_UNAUTHORIZED",
          "ERR_IPC_CORRUPT_MESSAGE",
          "ERR_IPC_VERSION",
        ])
          expect(outcomes).toContain(outcome);
    },
    timeout,
  );
});
