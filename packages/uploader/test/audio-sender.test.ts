import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, it } from "vitest";
import type { UploadOutcome } from "../src/index.ts";
import { connected, type HandReceiver } from "./fixtures/hand-receiver.ts";
import { largeHeight, picture, sound } from "./fixtures/samples.ts";

/** The types and timestamps of the next messages. */
async function arrivals(peer: HandReceiver, count: number): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) {
    const { type, metadata } = (await peer.next()).header;
    names.push(`${type} ${metadata.timestamp}`);
  }
  return names;
}

/** A connection on which picture 2 is stuck: picture 1 lies unread at the peer. Nothing can be sent until that is read. */
async function stuck(options: Parameters<typeof connected>[0] = {}) {
  const pair = await connected(options);
  const { uploader, peer } = pair;
  peer.demand({}, {});
  peer.credit(100);
  await once(uploader, "demand");
  await pair.isHeard();
  expect(await uploader.upload(picture(1, { codedHeight: largeHeight }))).toBe("sent");
  uploader.upload(picture(2, { codedHeight: largeHeight }));
  // A raw picture is given to the channel in microtasks.
  await setImmediate();
  return pair;
}

const count = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

describe("sound", () => {
  it("is unwanted until it is asked for, and when it is no more", async () => {
    const { uploader, peer } = await connected();
    expect(await uploader.upload(sound(1))).toBe("unwanted");
    for (const [audio, outcome] of [
      [null, "unwanted"],
      [{}, "sent"],
      [null, "unwanted"],
    ] as const) {
      const demand = once(uploader, "demand");
      peer.demand({}, audio);
      await demand;
      expect(await uploader.upload(sound(2))).toBe(outcome);
    }
    expect(uploader.stats().audio).toMatchObject({ captured: 4, unwanted: 3, sent: 1, pending: 0 });
  });

  it("arrives whole and in order, and needs no credit", async () => {
    const { uploader, peer } = await connected();
    peer.demand(null, {});
    await once(uploader, "demand");
    const outcomes = count(40).map((timestamp) => uploader.upload(sound(timestamp)));
    expect(await arrivals(peer, 40)).toEqual(count(40).map((timestamp) => `audio ${timestamp}`));
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
    const { data, ...sample } = sound(99);
    uploader.upload({ ...sample, data: data.fill(7) });
    const { header, payload } = await peer.next();
    expect(header).toEqual({
      type: "audio",
      metadata: { format: "s16", sampleRate: 8000, numberOfChannels: 1, numberOfFrames: 80, timestamp: 99 },
    });
    expect(payload).toEqual(data);
    expect(uploader.stats().bytes).toBe(41 * data.length);
  });

  it("that waits goes before the next picture, however many pictures there are", async () => {
    const { uploader, peer } = await stuck();
    const outcomes = count(30, 3).map((timestamp) => uploader.upload(sound(timestamp)));
    uploader.upload(picture(40));
    expect(await arrivals(peer, 33)).toEqual([
      "image 1",
      "image 2",
      ...count(30, 3).map((timestamp) => `audio ${timestamp}`),
      "image 40",
    ]);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
  });

  it("that waits is bounded: the oldest is replaced, and what is left arrives in order", async () => {
    const { uploader, peer } = await stuck({ audio: { maxBufferedMs: 200 } });
    const outcomes = count(100).map((timestamp) => uploader.upload(sound(timestamp)));
    expect(uploader.stats().audio).toMatchObject({ captured: 100, pending: 21, replaced: 79 });
    const arrived = await arrivals(peer, 23);
    // The first one was given to the channel at once, behind the picture.
    expect(arrived.slice(2)).toEqual(["audio 0", ...count(20, 80).map((timestamp) => `audio ${timestamp}`)]);
    expect(await Promise.all(outcomes)).toEqual(
      count(100).map((timestamp) => (timestamp === 0 || timestamp >= 80 ? "sent" : "replaced")),
    );
  });

  it("that waits is 500 ms at most by default", async () => {
    const { uploader } = await stuck();
    for (const timestamp of count(80)) uploader.upload(sound(timestamp));
    expect(uploader.stats().audio).toMatchObject({ captured: 80, pending: 51, replaced: 29 });
  });

  it("that waits is 1,024 samples at most, however short they are", async () => {
    const { uploader } = await stuck({ audio: { maxBufferedMs: 1e9 } });
    const tiny = { ...sound(1), numberOfFrames: 1, sampleRate: 768_000, data: new Uint8Array(2) };
    for (let count = 0; count < 3000; count++) uploader.upload({ ...tiny });
    // One more is given to the channel already.
    expect(uploader.stats().audio).toMatchObject({ captured: 3000, pending: 1025, replaced: 1975 });
  });

  it("that waits is 4 MiB at most", async () => {
    const { uploader } = await stuck({ audio: { maxBufferedMs: 1e9 } });
    const bytes = 1024 * 1024;
    const large = { ...sound(1), numberOfFrames: bytes / 2, data: new Uint8Array(bytes) };
    for (let count = 0; count < 20; count++) uploader.upload({ ...large });
    expect(uploader.stats().audio).toMatchObject({ captured: 20, pending: 5, replaced: 15 });
  });

  it("that waits is dropped when it is wanted no more", async () => {
    const { uploader, peer } = await stuck();
    const outcomes = count(5).map((timestamp) => uploader.upload(sound(timestamp)));
    peer.demand({}, null);
    await once(uploader, "demand");
    expect(await Promise.all(outcomes.slice(1))).toEqual(Array(4).fill("unwanted"));
    expect(await arrivals(peer, 3)).toEqual(["image 1", "image 2", "audio 0"]);
    expect(await outcomes[0]).toBe("sent");
  });

  it("that waits at the end is closed", async () => {
    const { uploader, near } = await stuck();
    const outcomes = count(5).map((timestamp) => uploader.upload(sound(timestamp)));
    near.destroy(new Error("cut"));
    expect(await Promise.all(outcomes)).toEqual(Array(5).fill("closed"));
    expect(uploader.stats().audio).toMatchObject({ captured: 5, closed: 5, pending: 0 });
  });

  it("that waits is sent by close(), and settles closed where the receiver does not read in time", async () => {
    for (const isRead of [true, false]) {
      const { uploader, peer } = await stuck({ closeTimeout: isRead ? 60_000 : 20 });
      const outcomes = count(5).map((timestamp) => uploader.upload(sound(timestamp)));
      const closing = uploader.close();
      expect(uploader.stats().audio).toMatchObject({ captured: 5, pending: 5 });
      if (isRead) await peer.end();
      await closing;
      const settled = await Promise.all(outcomes);
      expect(settled).toEqual(Array(5).fill(isRead ? "sent" : "closed"));
    }
  });

  it("is let go of once, as soon as it is settled and not before", async () => {
    const { uploader, peer } = await connected();
    const samples: ReturnType<typeof sound>[] = [];
    const upload = (outcome: UploadOutcome) => {
      const sample = sound(samples.length);
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

describe("bad sound", () => {
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

  it.each(broken)("fails, and costs no other sample: case %#", async (fields) => {
    const { uploader, peer, failures } = await stuck();
    const good = [uploader.upload(sound(3)), uploader.upload(sound(4))];
    const bad = Object.assign(sound(5), fields);
    expect(await uploader.upload(bad)).toBe("failed");
    expect(bad.disposals).toBe(1);
    good.push(uploader.upload(sound(6)));
    expect((await arrivals(peer, 5)).slice(2)).toEqual(["audio 3", "audio 4", "audio 6"]);
    expect(failures).toMatchObject([{ name: "AudioCodecError" }]);
    expect(await Promise.all(good)).toEqual(["sent", "sent", "sent"]);
    expect(uploader.stats().audio).toMatchObject({ captured: 4, failed: 1, sent: 3, pending: 0 });
  });

  it.each(broken)("fails also while no sound is wanted: case %#", async (fields) => {
    const { uploader } = await connected();
    const failure = once(uploader, "failure");
    expect(await uploader.upload(Object.assign(sound(1), fields))).toBe("failed");
    expect(await failure).toMatchObject([{ code: expect.stringMatching(/^ERR_AUDIO_/) }]);
    expect(uploader.stats().audio).toMatchObject({ captured: 1, failed: 1 });
  });

  it("does not lift the bound", async () => {
    const { uploader } = await stuck();
    for (const timestamp of count(200)) {
      uploader.upload({ ...sound(timestamp), numberOfFrames: Number.NaN });
      uploader.upload(sound(timestamp));
    }
    expect(uploader.stats().audio).toMatchObject({ captured: 400, failed: 200, pending: 51 });
  });

  it("that is over the peer's limit fails, and what follows goes on", async () => {
    const { uploader, peer, failures } = await connected({ peer: { maxPayloadBytes: 1000 } });
    peer.demand(null, {});
    await once(uploader, "demand");
    const outcomes = [sound(1), sound(2, 100), sound(3)].map((sample) => uploader.upload(sample));
    expect(await Promise.all(outcomes)).toEqual(["sent", "failed", "sent"]);
    expect(await arrivals(peer, 2)).toEqual(["audio 1", "audio 3"]);
    expect(failures).toMatchObject([{ code: "ERR_IPC_MESSAGE_TOO_LARGE" }]);
  });
});
