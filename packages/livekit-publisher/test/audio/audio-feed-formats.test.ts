import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";
import { type AudioFrame, AudioStream, LocalAudioTrack } from "@livekit/rtc-node";
import { describe, expect, test } from "vitest";
import { openFeed, pushAndSettle, spyOnCapture, takeAtOnce } from "./open-feed.ts";
import { amplitude, amplitudeAt, channelOf, frequencyOf, tone } from "./tone.ts";

const formats: readonly AudioSampleFormat[] = ["s16", "f32"];
const channelCounts = [1, 2, 3, 4, 5, 6, 7, 8, 32];
const rates = [8_000, 16_000, 44_100, 48_000, 96_000];
const cases = formats.flatMap((format) =>
  channelCounts.flatMap((numberOfChannels) =>
    rates.map((sampleRate) => ({ format, numberOfChannels, sampleRate })),
  ),
);

describe("AudioFeed", () => {
  test.each(cases)("keeps a tone of $format, $numberOfChannels channels, $sampleRate Hz", async (audio) => {
    const taken = takeAtOnce();
    const { feed, failures } = openFeed();
    const numberOfFrames = audio.sampleRate / 50;
    for (let index = 0; index < 20; index++) {
      await pushAndSettle(feed, tone({ ...audio, frequency: 997, from: index / 50, numberOfFrames }));
    }
    // A sample of another rate makes the feed hand over the audio that the resampler held back.
    await pushAndSettle(
      feed,
      tone({ ...audio, sampleRate: audio.sampleRate === 48_000 ? 24_000 : 48_000, numberOfFrames: 480 }),
    );

    expect(failures).toEqual([]);
    const stereo = taken();
    expect(stereo.length / 2 / 48_000).toBeCloseTo(0.4, 1);
    for (const channel of [0, 1] as const) {
      const values = channelOf(stereo, channel).subarray(2_400, 2_400 + 14_400);
      expect(Math.abs(frequencyOf(values) - 997)).toBeLessThan(0.5);
      expect(Math.max(...values)).toBeGreaterThan(amplitude * 0.98);
      expect(Math.max(...values)).toBeLessThan(amplitude * 1.02);
    }
  });

  test.each(
    formats.flatMap((format) => channelCounts.map((numberOfChannels) => ({ format, numberOfChannels }))),
  )("makes each of $numberOfChannels channels of $format audible", async ({ format, numberOfChannels }) => {
    for (let channel = 0; channel < numberOfChannels; channel++) {
      const taken = takeAtOnce();
      const { feed } = openFeed();
      await pushAndSettle(feed, tone({ format, numberOfChannels, channel, numberOfFrames: 480 }));
      const stereo = taken();
      const sides = ([0, 1] as const).map((side) => amplitudeAt(channelOf(stereo, side), 1_000));
      expect(Math.max(...sides)).toBeGreaterThan(amplitude / 32);
    }
  });

  test("changes rate, channels and format without a gap or a click", async () => {
    const taken = takeAtOnce();
    const { feed, failures } = openFeed();
    const parts = [
      { sampleRate: 44_100, numberOfChannels: 1, format: "f32" },
      { sampleRate: 44_100, numberOfChannels: 6, format: "s16" },
      { sampleRate: 16_000, numberOfChannels: 6, format: "s16" },
      { sampleRate: 8_000, numberOfChannels: 2, format: "f32" },
      { sampleRate: 96_000, numberOfChannels: 8, format: "f32" },
      { sampleRate: 48_000, numberOfChannels: 3, format: "s16" },
    ] as const;
    let from = 0;
    for (const part of parts) {
      for (let index = 0; index < 15; index++, from += 0.02) {
        await pushAndSettle(feed, tone({ ...part, from, numberOfFrames: part.sampleRate / 50 }));
      }
    }

    expect(failures).toEqual([]);
    const stereo = taken();
    expect(Math.abs(stereo.length / 2 / 48 - from * 1_000)).toBeLessThanOrEqual(10);
    const wrong = channelOf(stereo, 0).map((value, index) => {
      const expected = amplitude * Math.sin((2 * Math.PI * 1_000 * index) / 48_000);
      return Math.abs(value - expected) > amplitude / 20 ? 1 : 0;
    });
    const wrongTime = wrong.reduce((sum, value) => sum + value, 0) / 48;
    expect(wrongTime).toBeLessThan(3 * parts.length);
    expect(feed.stats).toMatchObject({ droppedSeconds: 0, restarts: 0 });
  });

  test("plays through a source whose track is not published", async () => {
    const { feed, failures } = openFeed();
    const track = LocalAudioTrack.createAudioTrack("audio", feed.source);
    const reader = new AudioStream(track, 48_000, 2).getReader();
    const heard: number[] = [];
    for (let index = 0; heard.length < 48_000; index++) {
      feed.push(tone({ from: index / 100, numberOfFrames: 480 }));
      // The feed is 40 ms ahead of the reader, so that a late piece leaves no silence.
      if (index < 4) continue;
      const { value } = await reader.read();
      heard.push(...channelOf((value as AudioFrame).data, 0));
    }
    await reader.cancel();
    await track.close();

    expect(failures).toEqual([]);
    const periods = Float64Array.from(heard.slice(-24_000));
    expect(amplitudeAt(periods, 1_000)).toBeGreaterThan(amplitude / 2);
    await expect.poll(() => feed.stats.frames).toBeGreaterThanOrEqual(48_000);
  });

  test("hands over 10 or 20 ms in a buffer of its own", async () => {
    const capture = spyOnCapture();
    const { feed } = openFeed();
    feed.push(tone({ numberOfFrames: 128 }));
    expect(capture).not.toHaveBeenCalled();
    for (let index = 0; index < 20; index++) feed.push(tone({ numberOfFrames: 128 }));
    feed.push(tone({ numberOfFrames: 20_000, sampleRate: 44_100 }));
    await expect.poll(() => feed.stats.waitingSeconds).toBeLessThan(0.01);
    for (const [frame] of capture.mock.calls) {
      expect([480, 960]).toContain(frame.samplesPerChannel);
      expect(frame).toMatchObject({ sampleRate: 48_000, channels: 2 });
      expect(frame.data.byteOffset).toBe(0);
      expect(frame.data.buffer.byteLength).toBe(frame.samplesPerChannel * 4);
    }
    expect(feed.stats).toMatchObject({ droppedSeconds: 0, restarts: 0 });
  });
});
