import type { PageNotice } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { noticeName, PageState } from "../../src/sink/page-state.ts";

const cursor: PageNotice = { kind: "cursor", cursor: "pointer" };
const dialog = (id: string): PageNotice => ({ kind: "dialog", id, type: "alert", message: "Hello" });

test("keeps the last cursor and window, and the open dialogs and pickers", () => {
  const state = new PageState();
  for (const notice of [
    { kind: "cursor", cursor: "text" },
    cursor,
    dialog("1"),
    dialog("2"),
    { kind: "closed", id: "1" },
    { kind: "download", name: "file.zip" },
  ] as const) {
    state.note(notice);
  }
  expect(state.notices).toEqual([cursor, dialog("2")]);
});

test("keeps the newest 16 dialogs and pickers", () => {
  const state = new PageState();
  for (let id = 0; id < 100; id++) state.note(dialog(`${id}`));
  expect(state.notices).toHaveLength(16);
  expect(state.notices.at(-1)).toEqual(dialog("99"));
});

test("tells a viewer that connects later how long a dialog stays open", () => {
  let now = 1_000;
  const state = new PageState(() => now);
  state.note({ ...dialog("1"), timeout: 10_000 } as PageNotice);
  now += 4_000;
  expect(state.notices).toMatchObject([{ timeout: 6_000 }]);
  now += 10_000;
  expect(state.notices).toMatchObject([{ timeout: 0 }]);
});

test("reset() returns the notices that close open dialogs and pickers", () => {
  const state = new PageState();
  state.note(cursor);
  state.note(dialog("1"));
  expect(state.reset()).toEqual([
    { kind: "closed", id: "1" },
    { kind: "cursor", cursor: "default" },
  ]);
  expect(state.notices).toEqual([]);
  expect(state.reset()).toEqual([]);
});

test("keeps only the end of a capture, until another capture runs", () => {
  const state = new PageState();
  const closed = { kind: "capture", state: "closed" } as const;
  const running = { kind: "capture", state: "running" } as const;
  for (const notice of [running, cursor, dialog("1")]) state.note(notice);
  expect(state.notices).toEqual([running, cursor, dialog("1")]);
  state.note(closed);
  expect(state.notices).toEqual([closed]);
  state.note(running);
  state.note(cursor);
  expect(state.notices).toEqual([running, cursor]);
});

test("reset() revokes the end of a capture", () => {
  const state = new PageState();
  state.note({ kind: "capture", state: "running" });
  expect(state.reset()).toEqual([]);
  state.note({ kind: "capture", state: "crashed" });
  expect(state.reset()).toEqual([{ kind: "capture", state: "running" }]);
  expect(state.notices).toEqual([]);
});

test("noticeName() returns the same name for all notices of a state, and for all notices of a dialog", () => {
  expect(noticeName({ kind: "capture", state: "stopped" })).toBe(
    noticeName({ kind: "capture", state: "running" }),
  );
  expect(noticeName({ kind: "closed", id: "1" })).toBe(noticeName(dialog("1")));
  expect(noticeName({ kind: "download", name: "file.zip" })).toBeUndefined();
});
