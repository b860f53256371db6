import { EventEmitter, once } from "node:events";
import { type BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import { expect, test } from "vitest";
import { FeedLink } from "../src/feed-link.ts";
import { SourceSink } from "../src/source-sink.ts";

/** An uploader whose messages and events the test provides. */
class FakeUploader extends EventEmitter {
  readonly demand = { video: null, audio: null };
  readonly isClosed = false;
  readonly closed = new Promise<never>(() => {});
  readonly sent: string[] = [];
  readonly received: string[];

  constructor(...received: string[]) {
    super();
    this.received = received;
  }

  async send(type: string): Promise<void> {
    this.sent.push(type);
  }

  async *messages(): AsyncGenerator<{ type: string; data: string }> {
    for (const data of this.received) yield { type: "input", data };
    await this.closed;
  }

  async upload(): Promise<string> {
    return "sent";
  }
}

async function openSink() {
  const uploaders = {
    viewer: new FakeUploader("of a viewer"),
    livekit: new FakeUploader("of a participant"),
    recorder: new FakeUploader(),
  };
  const uploader = uploaders.viewer as unknown as BroadcastUploader;
  const targets = new FanOut({ viewer: uploader });
  const link = (name: "livekit" | "recorder") =>
    new FeedLink({ name, targets, connect: async () => uploaders[name] as unknown as BroadcastUploader });
  const [livekit, recorder] = [link("livekit"), link("recorder")];
  const { target } = new SourceSink({ uploader, livekit, targets, onFrame() {}, onFailure() {} });
  const events: string[] = [];
  for (const event of ["connect", "disconnect"] as const) target.on(event, () => events.push(event));
  return { target, uploaders, events, livekit, recorder };
}

test("sends messages of the source to viewers and to the publisher, but not to a recorder", async () => {
  const { target, uploaders, livekit, recorder } = await openSink();
  await target.send("before", {});
  await Promise.all([livekit.open(""), recorder.open("")]);
  await target.send("after", {});
  expect(uploaders.viewer.sent).toEqual(["before", "after"]);
  expect(uploaders.livekit.sent).toEqual(["after"]);
  expect(uploaders.recorder.sent).toEqual([]);
});

test("passes on the input of viewers and of a publisher that connects later", async () => {
  const { target, livekit } = await openSink();
  const { signal } = new AbortController();
  const messages = target.messages({ types: ["input"], signal })[Symbol.asyncIterator]();
  expect((await messages.next()).value.data).toBe("of a viewer");
  await livekit.open("");
  expect((await messages.next()).value.data).toBe("of a participant");
});

test("emits connect and disconnect to the source for the publisher, but not for a recorder", async () => {
  const { uploaders, events, livekit, recorder } = await openSink();
  await recorder.open("");
  uploaders.recorder.emit("disconnect", {});
  expect(events).toEqual([]);
  const opened = once(livekit, "open");
  await livekit.open("");
  await opened;
  expect(events).toEqual(["connect"]);
  uploaders.livekit.emit("disconnect", {});
  expect(events).toEqual(["connect", "disconnect"]);
});
