import type { PageNotice } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { NoticeSender } from "../../src/input/notice-sender.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

const cursor: PageNotice = { kind: "cursor", cursor: "text" };

function open() {
  const room = new FakeRoom();
  const failures: unknown[] = [];
  const notices = new NoticeSender(room.room, {
    scheduler: new FakeScheduler(),
    allowInput: ({ identity }) => identity !== "bob",
    onFailure: (error) => failures.push(error),
  });
  return { room, notices, failures };
}

describe("NoticeSender", () => {
  test("sends a notice to all admitted participants", async () => {
    const { room, notices } = open();
    for (const identity of ["ann", "bob", "cat"]) room.join(identity);
    notices.notice(cursor);
    await expect.poll(() => room.published).toEqual([{ data: cursor, to: ["ann", "cat"] }]);
  });

  test("sends nothing if nobody is admitted, because everybody gets a message without addressees", async () => {
    const { room, notices } = open();
    room.join("bob");
    notices.notice(cursor);
    notices.notice({ kind: "copied", text: "secret", viewer: "bob" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(room.published).toEqual([]);
  });

  test("sends a copied text only to the participant that asked for it", async () => {
    const { room, notices } = open();
    for (const identity of ["ann", "cat"]) room.join(identity);
    const copied: PageNotice = { kind: "copied", text: "secret", viewer: "cat" };
    notices.notice(copied);
    await expect.poll(() => room.published).toEqual([{ data: copied, to: ["cat"] }]);
  });

  test("sends the open dialogs to a participant that joins, and closes them when the source is gone", async () => {
    const { room, notices } = open();
    const dialog: PageNotice = { kind: "dialog", id: "1", type: "alert", message: "Hello" };
    notices.notice(dialog);
    room.join("ann");
    await expect.poll(() => room.published).toEqual([{ data: dialog, to: ["ann"] }]);
    notices.reset();
    await expect
      .poll(() => room.published.at(-1))
      .toEqual({ data: { kind: "closed", id: "1" }, to: ["ann"] });
  });

  test("tells a participant that joins later only that the capture of the page has ended", async () => {
    const { room, notices } = open();
    const closed: PageNotice = { kind: "capture", state: "closed" };
    for (const notice of [{ kind: "capture", state: "running" }, cursor, closed] as const)
      notices.notice(notice);
    room.join("ann");
    await expect.poll(() => room.published).toEqual([{ data: closed, to: ["ann"] }]);
  });

  test("reports a notice that is too long for a data packet", () => {
    const { room, notices, failures } = open();
    room.join("ann");
    notices.notice({ kind: "copied", text: "x".repeat(20_000), viewer: "ann" });
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_NOTICE_DROPPED" }]);
    expect(room.published).toEqual([]);
  });
});
