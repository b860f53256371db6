import type { MessageSchemas, PageNotice } from "@broadcast-ipc/protocol";
import { expect, expectTypeOf, test, vi } from "vitest";
import { numberSchema } from "../../../../tests/support/number-schema.ts";
import type { BroadcastReceiver, BroadcastServer } from "../../src/index.ts";
import { type ReceiverLike, SourceReader } from "../../src/sink/source-reader.ts";
import { connected } from "../fixtures/hand-uploader.ts";

const demand = { video: {}, audio: {} };
const cursor: PageNotice = { kind: "cursor", cursor: "text" };

/** Handlers that record their calls. */
function handlers() {
  return {
    onReceiver: vi.fn<(receiver: ReceiverLike | undefined) => void>(),
    onSample: vi.fn<(sample: { readonly type: string; readonly timestamp: number }) => void>(),
    onNotice: vi.fn<(notice: PageNotice) => void>(),
    onSilence: vi.fn<(type: string, reason: string, code: string) => void>(),
    onFailure: vi.fn<(error: unknown) => void>(),
  };
}

/** Yields receivers as the test adds them. */
function source() {
  const { readable, writable } = new TransformStream<ReceiverLike, ReceiverLike>();
  const writer = writable.getWriter();
  return { receivers: readable.values(), writer };
}

test("passes on frames, audio and page notices of one receiver", async () => {
  const { receiver, peer } = await connected({ demand });
  const calls = handlers();
  new SourceReader(receiver, calls);
  expect(calls.onReceiver.mock.calls).toEqual([[receiver]]);
  peer.frames(1);
  peer.audio(2);
  peer.channel.send({ type: "message", name: "page", data: cursor });
  await expect.poll(() => calls.onNotice.mock.calls).toEqual([[cursor]]);
  await expect.poll(() => calls.onSample.mock.calls.length).toBe(2);
  expect(calls.onSample.mock.calls.map(([{ type }]) => type).sort()).toEqual(["audio", "image"]);
  await peer.channel.close();
  await expect.poll(() => calls.onSilence.mock.calls).toEqual([["ended", "The source has ended.", "closed"]]);
  expect(calls.onReceiver.mock.lastCall).toEqual([undefined]);
  expect(calls.onFailure).not.toHaveBeenCalled();
});

test("close() leaves the receiver open, with a demand for nothing", async () => {
  const { receiver, peer } = await connected({ demand });
  const calls = handlers();
  const reader = new SourceReader(receiver, calls);
  expect(await peer.next()).toEqual({ type: "demand", ...demand });
  reader.close();
  const none = { type: "demand", video: null, audio: null };
  await expect.poll(() => peer.next()).toEqual(none);
  expect(calls.onReceiver.mock.calls).toEqual([[receiver], [undefined]]);
  expect(receiver.isClosed).toBe(false);
  expect(calls.onSilence).not.toHaveBeenCalled();
});

test("disposes a sample that arrives just as the reader is closed", async () => {
  const { receiver, peer } = await connected({ demand });
  const calls = handlers();
  const dispose = vi.fn();
  const closing = new Proxy<ReceiverLike>(receiver, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== "samples") return typeof value === "function" ? value.bind(target) : value;
      return async function* ({ signal, type }: Parameters<ReceiverLike["samples"]>[0]) {
        for await (const sample of target.samples({ signal, type })) {
          reader.close();
          yield { ...sample, [Symbol.dispose]: dispose };
        }
      };
    },
  });
  const reader = new SourceReader(closing, calls);
  peer.frames(1);
  await expect.poll(() => dispose.mock.calls.length).toBe(1);
  expect(calls.onSample).not.toHaveBeenCalled();
});

test("reads the newest of many receivers, and reports an interruption between them", async () => {
  const [first, second] = await Promise.all([connected({ demand }), connected({ demand })]);
  const { receivers, writer } = source();
  const calls = handlers();
  new SourceReader(receivers, calls);
  await writer.write(first.receiver);
  await writer.write(second.receiver);
  await expect.poll(() => calls.onReceiver.mock.lastCall).toEqual([second.receiver]);
  expect(calls.onReceiver.mock.calls).toEqual([[first.receiver], [undefined], [second.receiver]]);
  await second.peer.channel.close();
  await expect
    .poll(() => calls.onSilence.mock.calls)
    .toEqual([["interrupted", "The source has ended.", "closed"]]);
  await writer.abort(new Error("no more"));
  await expect
    .poll(() => calls.onSilence.mock.lastCall)
    .toEqual(["ended", "The source has failed.", "failed"]);
  expect(calls.onFailure.mock.calls).toEqual([[new Error("no more")]]);
});

test("reports failures of callbacks and of the receiver, and continues", async () => {
  const { receiver, peer } = await connected({ demand });
  const calls = handlers();
  calls.onSample.mockImplementationOnce(() => {
    throw new Error("not this one");
  });
  new SourceReader(receiver, calls);
  peer.frames(1);
  await expect.poll(() => calls.onFailure.mock.calls).toEqual([[new Error("not this one")]]);
  peer.junk({ nothing: "valid" });
  await expect.poll(() => calls.onFailure.mock.lastCall?.[0]).toMatchObject({ name: "ImageCodecError" });
  peer.frames(2);
  await expect.poll(() => calls.onSample.mock.lastCall?.[0].timestamp).toBe(2);
});

test("ReceiverLike accepts receivers of every type", () => {
  const schemas = { count: numberSchema().schema };
  expectTypeOf<BroadcastReceiver>().toExtend<ReceiverLike>();
  expectTypeOf<BroadcastReceiver<MessageSchemas, false>>().toExtend<ReceiverLike>();
  expectTypeOf<BroadcastReceiver<typeof schemas, false>>().toExtend<ReceiverLike>();
  expectTypeOf<BroadcastServer<typeof schemas, true>>().toExtend<AsyncIterable<ReceiverLike>>();
});

test("consumes a frame only when the promise of onSample() settles", async () => {
  const { receiver, peer } = await connected({ demand });
  const releases: (() => void)[] = [];
  const seen: number[] = [];
  new SourceReader(receiver, {
    ...handlers(),
    onSample: (sample) => {
      seen.push(sample.timestamp);
      return new Promise<void>((resolve) => releases.push(resolve));
    },
  });
  peer.frames(1);
  await expect.poll(() => seen).toEqual([1]);
  expect(receiver.stats().video.consumed).toBe(0);
  peer.frames(2);
  releases.shift()?.();
  await expect.poll(() => seen).toEqual([1, 2]);
  expect(receiver.stats().video.consumed).toBe(1);
});
