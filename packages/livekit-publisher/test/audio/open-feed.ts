import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { type AudioFrame, AudioSource } from "@livekit/rtc-node";
import { type MockInstance, onTestFinished, vi } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { AudioFeed } from "../../src/audio/audio-feed.ts";
import type { LiveKitPublisherError } from "../../src/livekit-publisher-error.ts";

export interface OpenFeed {
  readonly feed: AudioFeed;
  readonly scheduler: FakeScheduler;
  readonly failures: LiveKitPublisherError[];
  /** The sources given to `onSource`. */
  readonly sources: AudioSource[];
}

/** Opens a feed with a fake clock. The feed is closed after the test. */
export function openFeed(): OpenFeed {
  const scheduler = new FakeScheduler();
  const failures: LiveKitPublisherError[] = [];
  const sources: AudioSource[] = [];
  const feed = new AudioFeed({
    scheduler,
    onFailure: (error) => failures.push(error),
    onSource: (source) => sources.push(source),
  });
  onTestFinished(() => feed.close());
  return { feed, scheduler, failures, sources };
}

/** Makes every source accept audio at once. Returns all audio that is handed over. */
export function takeAtOnce(): () => Int16Array {
  const pieces: AudioFrame[] = [];
  spyOnCapture().mockImplementation(async (frame) => {
    pieces.push(frame);
  });
  return () => {
    const values = new Int16Array(pieces.reduce((length, { data }) => length + data.length, 0));
    let end = 0;
    for (const { data } of pieces) {
      values.set(data, end);
      end += data.length;
    }
    return values;
  };
}

/** Spies on `captureFrame` of all sources until the test ends. */
export function spyOnCapture(): MockInstance<AudioSource["captureFrame"]> {
  const spy = vi.spyOn(AudioSource.prototype, "captureFrame");
  onTestFinished(() => spy.mockRestore());
  return spy;
}

/** Pushes a sample and lets the feed hand it over. */
export async function pushAndSettle(feed: AudioFeed, sample: AudioSample): Promise<void> {
  feed.push(sample);
  await settled();
}

/** Resolves when all pending promise callbacks have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
