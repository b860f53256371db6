import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, it } from "vitest";
import type { UploadOutcome } from "../src/index.ts";
import { connected, type HandReceiver } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample, largeHeight } from "./fixtures/samples.ts";

/** Returns the types and timestamps of the next messages. */
async function arrivals(peer: HandReceiver, count: number): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) {
    const { type, metadata } = (await peer.next()).header;
    names.push(`${type} ${metadata.timestamp}`);
  }
  return names;
}

/** Opens a connection on which video frame 2 cannot be written, because the peer has not read frame 1. Later samples wait until the peer reads. */
async function stuck(options: Parameters<typeof connected>[0] = {}) {
  const pair = await connected(options);
  const { uploader, peer } = pair;
  peer.demand({}, {});
  peer.credit(100);
  await once(uploader, "demand");
  await pair.isProcessed();
  expect(await uploader.upload(imageSample(1, { codedHeight: largeHeight }))).toBe("sent");
  uploader.upload(imageSample(2, { codedHeight: largeHeight }));
  // The sender passes a raw frame to the channel after a few microtasks.
  await setImmediate();
  return pair;
}

const count = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

describe("AudioSender", () => {
  it('settles audio "unwanted" before the first demand and while the demand excludes audio', async () => {
    const { uploader, peer } = await connected();
    expect(await uploader.upload(audioSample(1))).toBe("unwanted");
    for (const [audio, outcome] of [
      [null, "unwanted"],
      [{}, "sent"],
      [null, "unwanted"],
    ] as const) {
      const demand = once(uploader, "demand");
      peer.demand({}, audio);
      await demand;
      expect(await uploader.upload(audioSample(2))).toBe(outcome);
    }
    expect(uploader.stats().audio).toMatchObject({ captured: 4, unwanted: 3, sent: 1, pending: 0 });
  });

  it("delivers every sample unchanged and in order, without credit", async () => {
    const { uploader, peer } = await connected();
    peer.demand(null, {});
    await once(uploader, "demand");
    const outcomes = count(40).map((timestamp) => uploader.upload(audioSample(timestamp)));
    expect(await arrivals(peer, 40)).toEqual(count(40).map((timestamp) => `audio ${timestamp}`));
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
    const { data, ...sample } = audioSample(99);
    const outcome = uploader.upload({ ...sample, data: data.fill(7) });
    const { header, payload } = await peer.next();
    expect(header).toEqual({
      type: "audio",
      metadata: { format: "s16", sampleRate: 8000, numberOfChannels: 1, numberOfFrames: 80, timestamp: 99 },
    });
    expect(payload).toEqual(data);
    // The peer can have the sample before this process learns that it was written.
    expect(await outcome).toBe("sent");
    expect(uploader.stats().bytes).toBe(41 * data.length);
  });

  it("sends waiting audio before the next video frame", async () => {
    const { uploader, peer } = await stuck();
    const outcomes = count(30, 3).map((timestamp) => uploader.upload(audioSample(timestamp)));
    uploader.upload(imageSample(40));
    expect(await arrivals(peer, 33)).toEqual([
      "image 1",
      "image 2",
      ...count(30, 3).map((timestamp) => `audio ${timestamp}`),
      "image 40",
    ]);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
  });

  it("replaces the oldest audio above maxBufferedMs, and delivers the rest in order", async () => {
    const { uploader, peer } = await stuck({ audio: { maxBufferedMs: 200 } });
    const outcomes = count(100).map((timestamp) => uploader.upload(audioSample(timestamp)));
    expect(uploader.stats().audio).toMatchObject({ captured: 100, pending: 21, replaced: 79 });
    const arrived = await arrivals(peer, 23);
    // Audio 0 was passed to the channel at once, so it did not wait and was not replaced.
    expect(arrived.slice(2)).toEqual(["audio 0", ...count(20, 80).map((timestamp) => `audio ${timestamp}`)]);
    expect(await Promise.all(outcomes)).toEqual(
      count(100).map((timestamp) => (timestamp === 0 || timestamp >= 80 ? "sent" : "replaced")),
    );
  });

  it("keeps at most 500 ms of waiting audio by default", async () => {
    const { uploader } = await stuck();
    for (const timestamp of count(80)) uploader.upload(audioSample(timestamp));
    expect(uploader.stats().audio).toMatchObject({ captured: 80, pending: 51, replaced: 29 });
  });

  it("keeps at most 1,024 waiting samples", async () => {
    const { uploader } = await stuck({ audio: { maxBufferedMs: 1e9 } });
    const tiny = { ...audioSample(1), numberOfFrames: 1, sampleRate: 768_000, data: new Uint8Array(2) };
    for (let count = 0; count < 3000; count++) uploader.upload({ ...tiny });
    // The first sample is pending but not waiting, because it was passed to the channel at once.
    expect(uploader.stats().audio).toMatchObject({ captured: 3000, pending: 1025, replaced: 1975 });
  });

  it("keeps at most 4 MiB of waiting audio", async () => {
    const { uploader } = await stuck({ audio: { maxBufferedMs: 1e9 } });
    const bytes = 1024 * 1024;
    const large = { ...audioSample(1), numberOfFrames: bytes / 2, data: new Uint8Array(bytes) };
    for (let count = 0; count < 20; count++) uploader.upload({ ...large });
    expect(uploader.stats().audio).toMatchObject({ captured: 20, pending: 5, replaced: 15 });
  });

  it('settles waiting audio "unwanted" when the demand excludes audio', async () => {
    const { uploader, peer } = await stuck();
    const outcomes = count(5).map((timestamp) => uploader.upload(audioSample(timestamp)));
    peer.demand({}, null);
    await once(uploader, "demand");
    expect(await Promise.all(outcomes.slice(1))).toEqual(Array(4).fill("unwanted"));
    expect(await arrivals(peer, 3)).toEqual(["image 1", "image 2", "audio 0"]);
    expect(await outcomes[0]).toBe("sent");
  });

  it('settles waiting audio "closed" when the connection is lost', async () => {
    const { uploader, near } = await stuck();
    const outcomes = count(5).map((timestamp) => uploader.upload(audioSample(timestamp)));
    near.destroy(new Error("cut"));
    expect(await Promise.all(outcomes)).toEqual(Array(5).fill("closed"));
    expect(uploader.stats().audio).toMatchObject({ captured: 5, closed: 5, pending: 0 });
  });

  it('sends waiting audio on close(), or settles waiting audio "closed" after closeTimeout', async () => {
    for (const isRead of [true, false]) {
      const { uploader, peer } = await stuck({ closeTimeout: isRead ? 60_000 : 20 });
      const outcomes = count(5).map((timestamp) => uploader.upload(audioSample(timestamp)));
      const closing = uploader.close();
      expect(uploader.stats().audio).toMatchObject({ captured: 5, pending: 5 });
      if (isRead) await peer.end();
      await closing;
      const settled = await Promise.all(outcomes);
      expect(settled).toEqual(Array(5).fill(isRead ? "sent" : "closed"));
    }
  });

  it("disposes each sample once, when its outcome settles", async () => {
    const { uploader, peer } = await connected();
    const samples: ReturnType<typeof audioSample>[] = [];
    const upload = (outcome: UploadOutcome) => {
      const sample = audioSample(samples.length);
      samples.push(sample);
      const uploaded = uploader.upload(sample);
      return uploaded.then((actual) => {
        expect(actual).toBe(outcome);
        expect(sample.disposals).toBe(1);
      });
    };
    await upload("unwanted");
    peer.demand(null, {});
    await once(uploader, "demand");
    const sent = upload("sent");
    expect(samples.at(-1)?.disposals).toBe(0);
    await sent;
    await uploader.close();
    await upload("closed");
    expect(samples.map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
  });
});

describe("AudioSender with invalid samples", () => {
  const broken: Partial<Record<keyof AudioSample, unknown>>[] = [
    { numberOfFrames: undefined },
    { numberOfFrames: Number.NaN },
    { numberOfFrames: Number.POSITIVE_INFINITY },
    { numberOfFrames: -80 },
    { numberOfFrames: 81 },
    { numberOfFrames: "80" },
    { sampleRate: 0 },
    { sampleRate: null },
    { numberOfChannels: 2 },
    { format: "u8" },
    { data: undefined },
    { data: "la la la" },
    { data: new Uint8Array(3) },
    { timestamp: -1 },
    { timestamp: 0.5 },
    { sampleRate: 768_001 },
    { numberOfFrames: 0, data: new Uint8Array() },
  ];

  it.each(broken)('settles an invalid sample "failed" and sends the next sample: case %#', async (fields) => {
    const { uploader, peer, failures } = await stuck();
    const good = [uploader.upload(audioSample(3)), uploader.upload(audioSample(4))];
    const bad = Object.assign(audioSample(5), fields);
    expect(await uploader.upload(bad)).toBe("failed");
    expect(bad.disposals).toBe(1);
    good.push(uploader.upload(audioSample(6)));
    expect((await arrivals(peer, 5)).slice(2)).toEqual(["audio 3", "audio 4", "audio 6"]);
    expect(failures).toMatchObject([{ name: "AudioCodecError" }]);
    expect(await Promise.all(good)).toEqual(["sent", "sent", "sent"]);
    expect(uploader.stats().audio).toMatchObject({ captured: 4, failed: 1, sent: 3, pending: 0 });
  });

  it.each(broken)('settles an invalid sample "failed" before the first demand: case %#', async (fields) => {
    const { uploader } = await connected();
    const failure = once(uploader, "failure");
    expect(await uploader.upload(Object.assign(audioSample(1), fields))).toBe("failed");
    expect(await failure).toMatchObject([{ code: expect.stringMatching(/^ERR_AUDIO_/) }]);
    expect(uploader.stats().audio).toMatchObject({ captured: 1, failed: 1 });
  });

  it("does not count invalid samples as waiting audio", async () => {
    const { uploader } = await stuck();
    for (const timestamp of count(200)) {
      uploader.upload({ ...audioSample(timestamp), numberOfFrames: Number.NaN });
      uploader.upload(audioSample(timestamp));
    }
    expect(uploader.stats().audio).toMatchObject({ captured: 400, failed: 200, pending: 51 });
  });

  it('settles a sample over the peer\'s maxPayloadBytes "failed" and sends the next sample', async () => {
    const { uploader, peer, failures } = await connected({ peer: { maxPayloadBytes: 1000 } });
    peer.demand(null, {});
    await once(uploader, "demand");
    const outcomes = [audioSample(1), audioSample(2, 100), audioSample(3)].map((sample) =>
      uploader.upload(sample),
    );
    expect(await Promise.all(outcomes)).toEqual(["sent", "failed", "sent"]);
    expect(await arrivals(peer, 2)).toEqual(["audio 1", "audio 3"]);
    expect(failures).toMatchObject([{ code: "ERR_IPC_MESSAGE_TOO_LARGE" }]);
  });
});
