import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SourceWatch } from "../src/source-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(given: { check?: () => Promise<unknown>; isWanted?: () => boolean } = {}) {
  const { check = () => new Promise(() => {}), isWanted = () => true } = given;
  const options = { check: vi.fn(check), isWanted, onSilence: vi.fn() };
  return { ...options, watch: new SourceWatch(options) };
}

test("reports a source that neither delivers a frame nor answers for 10 s, once", async () => {
  const { check, onSilence } = watch();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(check).toHaveBeenCalled();
  expect(onSilence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onSilence.mock.calls).toEqual([[10]]);
});

test.each([
  ["an answer", () => Promise.resolve()],
  ["an error", () => Promise.reject(new Error("the page navigates"))],
])("takes %s as a sign of life", async (_, check) => {
  const { onSilence, watch: watched } = watch({ check });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onSilence).not.toHaveBeenCalled();
  watched.stop();
});

test("does not check a source while it delivers frames", async () => {
  const { check, onSilence, watch: watched } = watch();
  for (let frames = 0; frames < 60; frames++) {
    watched.noteLife();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(check).not.toHaveBeenCalled();
  expect(onSilence).not.toHaveBeenCalled();
  watched.stop();
});

test("does not check a source while no frames are wanted, and gives it 10 s afterwards", async () => {
  let isWanted = false;
  const { check, onSilence } = watch({ isWanted: () => isWanted });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(check).not.toHaveBeenCalled();
  isWanted = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onSilence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(onSilence).toHaveBeenCalledOnce();
});
