import { VideoCodec } from "@livekit/rtc-node";
import { describe, expect, test } from "vitest";
import { type LiveKitPublisherOptions, publisherSettings } from "../src/livekit-publisher-options.ts";
import { audioTrackOptions, videoTrackOptions } from "../src/room/track-options.ts";

describe("publisherSettings", () => {
  test.each([
    [{ video: { codec: "theora" } }, "video.codec must be one of vp8, h264, vp9, av1, h265, got theora"],
    [{ video: { encoder: "gpu" } }, "video.encoder must be one of auto, software,"],
    [{ video: { degradation: "blur" } }, "video.degradation must be one of balanced,"],
    [{ video: { maxFps: Number.NaN } }, "video.maxFps must be a number from 1 to 240, got NaN"],
    [{ video: { maxBitrate: -1 } }, "video.maxBitrate must be a number from 10000"],
    [{ video: { maxWidth: 0 } }, "video.maxWidth must be a number from 1 to 65535, got 0"],
    [{ video: { scalabilityMode: "L2T2" } }, "video.scalabilityMode needs the codec vp9 or av1, got vp8"],
    [{ audio: { maxBitrate: 1 } }, "audio.maxBitrate must be a number from 6000 to 510000, got 1"],
    [{ allowInput: true }, "allowInput must be a function, got boolean"],
    [{ allowinput: undefined }, 'unknown option "allowinput", did you mean "allowInput"?'],
    [{ video: { maxFPS: 5 } }, 'unknown option "video.maxFPS", did you mean "video.maxFps"?'],
    [
      { audio: { bitrate: 5 } },
      'unknown option "audio.bitrate", known options: audio.name, audio.maxBitrate',
    ],
  ])("names the invalid option of %j", (options, message) => {
    expect(() => publisherSettings(options as LiveKitPublisherOptions)).toThrow(message);
    expect(() => publisherSettings(options as LiveKitPublisherOptions)).toThrow(RangeError);
  });

  test("fills in the defaults", () => {
    expect(publisherSettings({})).toEqual({
      video: {
        ...{ name: "screen", codec: "vp8", encoder: "auto", degradation: "maintain-resolution" },
        ...{ maxFps: 30, simulcast: false },
      },
      audio: { name: "screen-audio", maxBitrate: 128_000 },
    });
  });
});

describe("videoTrackOptions", () => {
  test.each([
    [{ width: 1280, height: 720 }, 5_000_000n],
    [{ width: 1920, height: 1080 }, 5_000_000n],
    [{ width: 3840, height: 2160 }, 20_000_000n],
  ])("gives a first frame of %j a bit rate for its size", (size, maxBitrate) => {
    const { video } = publisherSettings({ video: { maxFps: 60, codec: "av1" } });
    const options = videoTrackOptions(video, size);
    expect(options).toMatchObject({
      videoCodec: VideoCodec.AV1,
      videoEncoding: { maxBitrate, maxFramerate: 60 },
    });
  });

  test("passes the options on", () => {
    const { video } = publisherSettings({
      video: { codec: "vp9", scalabilityMode: "L2T2", simulcast: true, encoder: "vaapi", maxBitrate: 1e6 },
    });
    expect(videoTrackOptions(video, { width: 64, height: 48 })).toMatchObject({
      ...{ scalabilityMode: "L2T2", simulcast: true, videoEncoder: 4, degradationPreference: 2 },
      videoEncoding: { maxBitrate: 1_000_000n },
    });
  });
});

test("audioTrackOptions() turns discontinuous transmission off, so that music is not cut off", () => {
  expect(audioTrackOptions({ name: "a", maxBitrate: 64_000 })).toMatchObject({
    dtx: false,
    audioEncoding: { maxBitrate: 64_000n },
  });
});
