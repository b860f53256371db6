import { EventEmitter } from "node:events";
import type { BroadcastUploader, FanOut } from "@broadcast-ipc/uploader";
import { expect, test } from "vitest";
import { FeedLink } from "../src/feed-link.ts";

/** An uploader whose demand, counts and end a test decides. */
class FakeUploader extends EventEmitter {
  demand: object | undefined;
  isClosed = false;
  readonly counts = { replaced: 0, closed: 0 };
  close: (by: "us" | "peer") => void = () => {};
  readonly closed = new Promise<{ by: string }>((resolve) => {
    this.close = (by) => {
      this.isClosed = true;
      resolve({ by });
    };
  });

  stats() {
    return { video: this.counts };
  }
}

function openLink() {
  const uploaders: FakeUploader[] = [];
  const added: unknown[] = [];
  const targets = { add: (name: string, target: unknown) => added.push([name, target]) };
  const link = new FeedLink({
    name: "recorder",
    targets: targets as unknown as FanOut,
    async connect() {
      const uploader = new FakeUploader();
      uploaders.push(uploader);
      return uploader as unknown as BroadcastUploader;
    },
  });
  return { link, uploaders, added };
}

test("uploads to a recorder when the recorder has sent its demand", async () => {
  const { link, uploaders, added } = openLink();
  const opening = link.open("/recorder");
  await expect.poll(() => uploaders).toHaveLength(1);
  expect(added).toEqual([]);
  uploaders[0]?.emit("demand");
  await opening;
  expect(added).toEqual([["recorder", uploaders[0]]]);
});

test("does not upload to a recorder that closes before its demand", async () => {
  const { link, uploaders, added } = openLink();
  const opening = link.open("/recorder");
  await expect.poll(() => uploaders).toHaveLength(1);
  uploaders[0]?.close("peer");
  await opening;
  expect(added).toEqual([]);
});

test("adds up the frames that were left out of several recordings, and those that were waiting when it closed", async () => {
  const { link, uploaders } = openLink();
  for (const [index, by] of (["peer", "us"] as const).entries()) {
    const opening = link.open("/recorder");
    await expect.poll(() => uploaders).toHaveLength(index + 1);
    const uploader = uploaders[index] as FakeUploader;
    uploader.emit("demand");
    await opening;
    uploader.counts.replaced = 3;
    expect(link.leftOut).toBe(3 * (index + 1));
    uploader.counts.closed = 2;
    uploader.close(by);
    await uploader.closed;
  }
  expect(link.leftOut).toBe(8);
});
