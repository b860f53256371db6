import type { PageNotice } from "@broadcast-ipc/protocol";
import { expect, test, vi } from "vitest";
import { NoticeSender } from "../../src/notices/notice-sender.ts";

const cursor = (shape: string): PageNotice => ({ kind: "cursor", cursor: shape });

/** A sender whose messages settle one by one. */
function sender(current: PageNotice[] = []) {
  const sent: { readonly notice: PageNotice; readonly type: string; settle(error?: Error): void }[] = [];
  const notices = new NoticeSender({
    current: () => current,
    send: (type, data) =>
      new Promise((resolve, reject) => {
        sent.push({
          type,
          notice: data as PageNotice,
          settle: (error) => (error ? reject(error) : resolve()),
        });
      }),
  });
  return { notices, sent, told: () => sent.map(({ notice }) => notice) };
}

test("sends one notice at a time, and merges those that wait", async () => {
  const { notices, sent, told } = sender();
  notices.connect();
  for (const shape of ["text", "pointer", "help", "default"]) notices.tell(cursor(shape));
  expect(told()).toEqual([cursor("text")]);
  expect(sent[0]?.type).toBe("page");
  sent[0]?.settle();
  await vi.waitFor(() => expect(told()).toEqual([cursor("text"), cursor("default")]));
});

test("keeps nothing without a receiver, and tells each receiver the current state", async () => {
  const { notices, sent, told } = sender([cursor("wait")]);
  notices.tell(cursor("text"));
  expect(told()).toEqual([]);
  notices.connect();
  expect(told()).toEqual([cursor("wait")]);
  notices.tell(cursor("pointer"));
  notices.disconnect();
  sent[0]?.settle(new Error("lost"));
  notices.connect();
  await vi.waitFor(() => expect(told()).toEqual([cursor("wait"), cursor("wait")]));
});

test("tells what waits when a second receiver connects", async () => {
  const { notices, sent, told } = sender();
  notices.connect();
  notices.tell(cursor("text"));
  notices.tell({ kind: "closed", id: "1" });
  notices.connect();
  sent[0]?.settle();
  await vi.waitFor(() => expect(told()).toEqual([cursor("text"), { kind: "closed", id: "1" }]));
});

test("end() sends a last notice after those that wait, resolves when it was written, and ignores later ones", async () => {
  const { notices, sent, told } = sender();
  const stopped: PageNotice = { kind: "capture", state: "stopped" };
  notices.connect();
  for (const shape of ["text", "pointer"]) notices.tell(cursor(shape));
  let isOver = false;
  const ending = notices.end(stopped).then(() => {
    isOver = true;
  });
  notices.tell(cursor("help"));
  for (let index = 0; index < 3; index++) {
    await vi.waitFor(() => expect(sent).toHaveLength(index + 1));
    expect(isOver).toBe(false);
    sent[index]?.settle();
  }
  await ending;
  expect(told()).toEqual([cursor("text"), cursor("pointer"), stopped]);
});

test("end() waits for a receiver that takes nothing, but not for long", async () => {
  const { notices, told } = sender();
  const stopped: PageNotice = { kind: "capture", state: "stopped" };
  notices.connect();
  await notices.end(stopped);
  expect(told()).toEqual([stopped]);
});

test("end() does not wait without a receiver", async () => {
  const { notices, told } = sender([cursor("text")]);
  notices.connect();
  notices.disconnect();
  const tooLate = Symbol("too late");
  const soon = new Promise((resolve) => setImmediate(resolve, tooLate));
  expect(await Promise.race([notices.end({ kind: "capture", state: "stopped" }), soon])).not.toBe(tooLate);
  expect(told()).toEqual([cursor("text")]);
});
