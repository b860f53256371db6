import type { ImageSample } from "@broadcast-ipc/image-codec";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { InputMessage } from "../src/input-message.ts";
import { LivePage } from "../src/live-page.ts";
import { PageClient } from "./page-client.ts";

let page: LivePage;

beforeEach(async () => {
  const description = { source: "a test", encoding: "raw pixels", audio: true };
  const directory = new URL("../src/page/", import.meta.url);
  page = await LivePage.listen({ port: 0, description, directory });
});

afterEach(() => page.close());

function raw(value: number): ImageSample {
  const data = new Uint8Array(16).fill(value);
  return { type: "image", format: "RGBA", codedWidth: 2, codedHeight: 2, data, timestamp: value };
}

test("calls onInput with a viewer's input", async () => {
  const inputs: InputMessage[] = [];
  page.onInput = (input) => inputs.push(input);
  const viewer = await PageClient.watch(page.url);
  const done: InputMessage[] = [
    { kind: "pointer", event: "down", x: 0, y: 1, button: "left", clickCount: 1, shift: true },
    { kind: "wheel", x: 0.5, y: 0.25, deltaX: 0, deltaY: -120 },
    { kind: "key", event: "up", key: "ö", code: "Semicolon" },
  ];
  for (const input of done) viewer.send({ type: "input", input });
  await viewer.settle();
  expect(inputs).toEqual(done);
});

test("calls onKill when a viewer sends a kill message", async () => {
  let kills = 0;
  page.onKill = () => kills++;
  const viewer = await PageClient.watch(page.url);
  viewer.send({ type: "kill" });
  await viewer.settle();
  expect(kills).toBe(1);
});

test.each([
  "{",
  "null",
  "[]",
  '"shown"',
  '{"type":"shown"}',
  '{"type":"no"}',
  '{"type":"demand","encoding":"gif"}',
  '{"type":"input","input":{"kind":"wheel","x":2,"y":0,"deltaX":0,"deltaY":0}}',
  "x".repeat(5_000),
  Buffer.from("{}"),
])(
  "closes the connection of a viewer that sends an invalid message, and serves other viewers (%#)",
  async (junk) => {
    page.onInput = () => expect.unreachable();
    const good = await PageClient.watch(page.url);
    const bad = await PageClient.open(page.url);
    bad.sendRaw(junk);
    await bad.closed;
    page.publish(raw(3));
    expect(await good.nextFrame()).toMatchObject({ timestamp: 3 });
  },
);
