import type { PageNotice } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { NoticeQueue } from "../../src/notices/notice-queue.ts";

const cursor = (shape: string): PageNotice => ({ kind: "cursor", cursor: shape });
const dialog = (id: string): PageNotice => ({ kind: "dialog", id, type: "alert", message: "" });
const closed = (id: string): PageNotice => ({ kind: "closed", id });
const download = (name: string): PageNotice => ({ kind: "download", name });

function queued(...notices: PageNotice[]): PageNotice[] {
  const queue = new NoticeQueue();
  for (const notice of notices) queue.add(notice);
  const taken: PageNotice[] = [];
  for (let notice = queue.take(); notice; notice = queue.take()) taken.push(notice);
  return taken;
}

test("keeps notices in order, and the newest cursor only", () => {
  expect(queued(cursor("text"), dialog("1"), cursor("pointer"), download("a"))).toEqual([
    dialog("1"),
    cursor("pointer"),
    download("a"),
  ]);
});

test("drops a waiting dialog that has closed, and keeps the end of a dialog that was sent", () => {
  expect(queued(dialog("1"), closed("2"), closed("1"))).toEqual([closed("2")]);
});

test("keeps the end of a picker that was told, also if a change of it waits", () => {
  const queue = new NoticeQueue();
  queue.add(dialog("1"));
  queue.take();
  queue.add(dialog("1"));
  queue.add(closed("1"));
  expect([queue.take(), queue.take()]).toEqual([closed("1"), undefined]);
});

test("keeps at most 64 notices, the newest ones", () => {
  const names = Array.from({ length: 200 }, (_, index) => `${index}`);
  expect(queued(...names.map(download))).toEqual(names.slice(-64).map(download));
});
