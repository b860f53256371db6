import type { PageNotice } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { PageState } from "../../src/sink/page-state.ts";

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
