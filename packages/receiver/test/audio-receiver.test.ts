import { once } from "node:events";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, it } from "vitest";
import { AudioReceiver } from "../src/audio-receiver.ts";
import type { AudioFormat, BroadcastReceiver } from "../src/index.ts";
import { SampleReader } from "../src/sample-reader.ts";
import { connected } from "./fixtures/hand-uploader.ts";
import { audioSample } from "./fixtures/samples.ts";

const demand = { video: null, audio: {} };
const count = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

async function take(receiver: BroadcastReceiver, length: number): Promise<number[]> {
  const timestamps: number[] = [];
  for await (const { timestamp } of receiver) if (timestamps.push(timestamp) === length) break;
  return timestamps;
}

describe("BroadcastReceiver: audio", () => {
  it("delivers audio samples unchanged and in order", async () => {
    const { receiver, peer } = await connected({ demand });
    peer.audio(...count(30));
    const samples = receiver.samples();
    expect((await samples.next()).value).toEqual(audioSample(0));
    expect(await take(receiver, 29)).toEqual(count(29, 1));
    expect(receiver.stats()).toMatchObject({
      audio: { received: 30, consumed: 30, undecodable: 0, dropped: 0, pending: 0 },
      bytes: 30 * 160,
    });
  });

  it("keeps at most 500 ms of waiting audio and drops the oldest samples", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    peer.audio(...count(70));
    await isProcessed();
    expect(receiver.stats().audio).toEqual({
      received: 70,
      consumed: 0,
      undecodable: 0,
      dropped: 20,
      pending: 50,
    });
    expect(await take(receiver, 50)).toEqual(count(50, 20));
  });

  it("keeps at most 1,024 waiting samples", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    const { type, data: _, ...rest } = audioSample(1);
    const metadata = { ...rest, sampleRate: 768_000, numberOfFrames: 1 };
    const data = new Uint8Array(audioSample(1).data.length / audioSample(1).numberOfFrames);
    for (let count = 0; count < 2000; count++) peer.channel.send({ type, metadata }, data);
    await isProcessed();
    expect(receiver.stats().audio).toEqual({
      received: 2000,
      consumed: 0,
      undecodable: 0,
      dropped: 976,
      pending: 1024,
    });
  });

  it("keeps a single sample that exceeds all bounds until the next sample arrives", async () => {
    const { receiver, peer, isProcessed } = await connected({ demand });
    const { type, data, ...metadata } = audioSample(1);
    const large = { ...metadata, numberOfFrames: 4 * 1024 * 1024 };
    peer.channel.send({ type, metadata: large }, new Uint8Array(8 * 1024 * 1024));
    await isProcessed();
    expect(receiver.stats().audio).toMatchObject({ received: 1, pending: 1 });
    peer.channel.send({ type, metadata }, data);
    await isProcessed();
    expect(receiver.stats().audio).toMatchObject({ received: 2, pending: 1, dropped: 1 });
  });

  it("drops arriving and waiting audio while the demand excludes audio", async () => {
    const { receiver, peer, isProcessed } = await connected();
    peer.audio(1);
    await isProcessed();
    expect(receiver.stats().audio).toMatchObject({ received: 1, dropped: 1 });
    receiver.enableAudio();
    peer.audio(2, 3);
    await isProcessed();
    receiver.disableAudio();
    peer.audio(4);
    await isProcessed();
    expect(receiver.stats().audio).toEqual({
      received: 4,
      consumed: 0,
      undecodable: 0,
      dropped: 4,
      pending: 0,
    });
    receiver.enableAudio();
    peer.audio(5);
    expect(await take(receiver, 1)).toEqual([5]);
  });

  const { type, data, ...metadata } = audioSample(1);
  it.each<[string, string, unknown, Uint8Array | undefined]>([
    ["too few bytes", "ERR_AUDIO_SIZE_MISMATCH", metadata, data.subarray(1)],
    ["too many bytes", "ERR_AUDIO_SIZE_MISMATCH", metadata, new Uint8Array(161)],
    ["no bytes", "ERR_AUDIO_SIZE_MISMATCH", metadata, undefined],
    ["2^52 frames", "ERR_AUDIO_SIZE_MISMATCH", { ...metadata, numberOfFrames: 2 ** 52 }, data],
    ["a sample rate of 0", "ERR_AUDIO_INVALID_METADATA", { ...metadata, sampleRate: 0 }, data],
    ["no metadata", "ERR_AUDIO_INVALID_METADATA", undefined, data],
    ["an array as metadata", "ERR_AUDIO_INVALID_METADATA", [1, 2], data],
  ])("emits a failure for a sample with %s and delivers the next sample", async (_, code, metadata, data) => {
    const { receiver, peer } = await connected({ demand });
    const failure = once(receiver, "failure");
    peer.channel.send({ type, metadata }, data);
    expect(await failure).toMatchObject([{ code }]);
    peer.audio(2);
    expect(await take(receiver, 1)).toEqual([2]);
    expect(receiver.stats().audio).toEqual({
      received: 2,
      consumed: 1,
      undecodable: 1,
      dropped: 0,
      pending: 0,
    });
  });
});

describe("AudioReceiver", () => {
  it("calls onFormat once for the first format and once for each change", () => {
    const reader = new SampleReader();
    const formats: AudioFormat[] = [];
    const audio = new AudioReceiver({ reader, onFormat: (format) => formats.push(format) });
    audio.setDemand(true);
    const samples = reader.samples({}, { audio, video: { serve() {}, consumeHeld() {} } });
    const see = (format: AudioFormat) => {
      samples.next();
      const bytes = { s16: 2, f32: 4 }[format.format as "s16" | "f32"] * format.numberOfChannels;
      const metadata: Omit<AudioSample, "type" | "data"> = { ...format, numberOfFrames: 1, timestamp: 0 };
      audio.receive(metadata, new Uint8Array(bytes));
      return formats.shift();
    };
    const first = { format: "s16", sampleRate: 8000, numberOfChannels: 1 } as const;
    const others = [{ ...first, format: "f32" } as const, { ...first, sampleRate: 44_100 }, first];
    expect(see(first)).toEqual(first);
    for (const format of others) {
      expect(see({ ...format })).toEqual(format);
      expect(see({ ...format })).toBeUndefined();
    }
    expect(see({ ...first, numberOfChannels: 2 })).toMatchObject({ numberOfChannels: 2 });
  });
});
