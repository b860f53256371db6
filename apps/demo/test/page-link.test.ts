import { expect, test } from "vitest";
import { PageClient } from "./support/page-client.ts";
import { TestBroadcast } from "./support/test-broadcast.ts";

const source = { kind: "screen", hasAudio: false, takesInput: false } as const;

test("tells all pages, and later pages the last message of each name", async () => {
  await using broadcast = await TestBroadcast.open();
  const early = await PageClient.open(broadcast.url);
  broadcast.link.tell("recording", { isRecording: true, seconds: 0 });
  broadcast.link.tell("source", source);
  broadcast.link.tell("recording", { isRecording: false, seconds: 0, note: "Done." });
  expect(await early.told("recording")).toEqual({ isRecording: true, seconds: 0 });
  expect(await early.told("source")).toEqual(source);
  expect(await early.told("recording")).toMatchObject({ note: "Done." });
  const late = await PageClient.open(broadcast.url);
  expect(await late.told("recording")).toMatchObject({ note: "Done." });
  expect(await late.told("source")).toEqual(source);
});

test("reports the buttons of a page, and ignores other messages", async () => {
  await using broadcast = await TestBroadcast.open();
  const pressed: string[] = [];
  broadcast.link.onKill = () => pressed.push("kill");
  broadcast.link.onRecord = () => pressed.push("record");
  const viewer = await PageClient.open(broadcast.url);
  for (const name of ["record", "constructor", "kill"]) viewer.send({ type: "message", name, data: 1 });
  await expect.poll(() => pressed).toEqual(["record", "kill"]);
});
