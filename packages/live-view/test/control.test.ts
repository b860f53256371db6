import { once } from "node:events";
import { type InputMessage, parseInputMessage } from "@broadcast-ipc/protocol";
import type { BroadcastUploader } from "@broadcast-ipc/uploader";
import { expect, test } from "vitest";
import type { ControlMessage } from "../src/wire/view-messages.ts";
import { key, move, press } from "./support/inputs.ts";
import { openView } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

const authorize = ({ url = "" }) => ({ watch: true, control: !url.includes("watch") });

/** The inputs that reach the capture process. */
function inputsOf(uploader: BroadcastUploader): InputMessage[] {
  const inputs: InputMessage[] = [];
  (async () => {
    for await (const { data, payload } of uploader.messages({ types: ["input"] })) {
      inputs.push(parseInputMessage(data, payload));
    }
  })();
  return inputs;
}

async function openViewer(url: string) {
  const client = ViewClient.start(url);
  const { viewer } = await client.read("hello");
  return { client, viewer };
}

function control(holder: ControlMessage["holder"], more: Partial<ControlMessage> = {}): ControlMessage {
  return { type: "control", holder, isWaiting: false, isWanted: false, ...more };
}

test("sends input to the capture process with the viewer's id, and drops input of a viewer that may not control", async () => {
  const { url, uploader, view } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const { client: watching } = await openViewer(`${url}?watch`);
  watching.send({ type: "input", input: key("down", "x") });
  watching.send({ type: "control", on: true });
  await watching.settle();
  const { client, viewer } = await openViewer(url);
  client.send({ type: "input", input: key("down", "a") });
  client.send({ type: "input", input: key("up", "a") });
  await expect
    .poll(() => inputs)
    .toEqual([
      { ...key("down", "a"), viewer },
      { ...key("up", "a"), viewer },
    ]);
  expect(view.stats().inputs).toEqual({ sent: 2, dropped: 0, refused: 1 });
  expect([...view.viewers].map((each) => [each.hasControl, each.stats().refusedInputs])).toEqual([
    [false, 1],
    [true, 0],
  ]);
});

test('"shared": the controller is the last viewer that took control, and events report each change', async () => {
  const { url, view } = await openView({ authorize });
  const changes: (readonly [string | undefined, string | undefined])[] = [];
  view.on("control", ({ viewer, previous }) => changes.push([viewer?.id, previous?.id]));
  const [one, other] = [await openViewer(url), await openViewer(url)];
  one.client.send({ type: "control", on: true });
  expect(await one.client.read("control")).toEqual(control("you"));
  expect(await other.client.read("control")).toEqual(control("other"));
  other.client.send({ type: "input", input: press("down") });
  await other.client.settle();
  expect(view.controller?.id).toBe(one.viewer);
  other.client.send({ type: "control", on: true });
  expect(await other.client.read("control")).toEqual(control("you"));
  expect(view.controller?.id).toBe(other.viewer);
  // The first viewer has not given control back.
  other.client.send({ type: "control", on: false });
  expect(await other.client.read("control")).toEqual(control("other"));
  expect(view.controller?.id).toBe(one.viewer);
  one.client.send({ type: "control", on: false });
  expect(await other.client.read("control")).toEqual(control("none"));
  expect(view.controller).toBeUndefined();
  expect(changes).toEqual([
    [one.viewer, undefined],
    [other.viewer, one.viewer],
    [one.viewer, other.viewer],
    [undefined, one.viewer],
  ]);
});

test('"shared": a click without a request takes control that nobody has, and a mouse move does not', async () => {
  const { url, view } = await openView({ authorize });
  const { client, viewer } = await openViewer(url);
  client.send({ type: "input", input: move(0.5) });
  await client.settle();
  expect(view.controller).toBeUndefined();
  client.send({ type: "input", input: press("down") });
  expect(await client.read("control")).toEqual(control("you"));
  expect(view.controller?.id).toBe(viewer);
});

test("takeControl() releases what viewers hold, and drops their input until they ask again", async () => {
  const { url, view, uploader } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const { client, viewer } = await openViewer(url);
  client.send({ type: "input", input: key("down", "Shift") });
  await client.settle();
  await client.read("control");
  view.takeControl();
  expect(await client.read("control")).toEqual(control("none"));
  client.send({ type: "input", input: key("down", "a") });
  await client.settle();
  client.send({ type: "control", on: true });
  client.send({ type: "input", input: key("down", "b") });
  await expect
    .poll(() => inputs)
    .toEqual([
      { ...key("down", "Shift"), viewer },
      { kind: "release", viewer },
      { ...key("down", "b"), viewer },
    ]);
});

test('"exclusive": a second viewer waits, and gets control when the first gives it back or leaves', async () => {
  const { url, view, uploader } = await openView({ authorize, control: "exclusive" });
  const inputs = inputsOf(uploader);
  const [a, b, c] = [await openViewer(url), await openViewer(url), await openViewer(url)];
  a.client.send({ type: "control", on: true });
  await a.client.read("control");
  const asked = once(view, "controlrequest");
  b.client.send({ type: "control", on: true });
  expect((await asked)[0].id).toBe(b.viewer);
  expect(await a.client.read("control")).toEqual(control("you", { isWanted: true }));
  await b.client.read("control");
  expect(await b.client.read("control")).toEqual(control("other", { isWaiting: true }));
  c.client.send({ type: "control", on: true });
  b.client.send({ type: "input", input: key("down", "b") });
  a.client.send({ type: "input", input: key("down", "a") });
  await Promise.all([b.client.settle(), c.client.settle(), a.client.settle()]);
  a.client.send({ type: "control", on: false });
  expect(await b.client.read("control")).toEqual(control("you", { isWanted: true }));
  b.client.send({ type: "input", input: key("down", "B") });
  await b.client.settle();
  b.client.socket.terminate();
  await c.client.read("control");
  await expect.poll(() => view.controller?.id).toBe(c.viewer);
  await expect
    .poll(() => inputs)
    .toEqual([
      { ...key("down", "a"), viewer: a.viewer },
      { kind: "release", viewer: a.viewer },
      { ...key("down", "B"), viewer: b.viewer },
      { kind: "release", viewer: b.viewer },
    ]);
});

test('"exclusive": the host hands control over with giveControl(), also to a viewer that has not asked', async () => {
  const { url, view } = await openView({ authorize, control: "exclusive" });
  const [a, b] = [await openViewer(url), await openViewer(url)];
  const { client: watching } = await openViewer(`${url}?watch`);
  const [, second, third] = [...view.viewers];
  a.client.send({ type: "control", on: true });
  await a.client.read("control");
  second?.giveControl();
  expect(await a.client.read("control")).toEqual(control("other"));
  await b.client.read("control");
  expect(await b.client.read("control")).toEqual(control("you"));
  expect(() => third?.giveControl()).toThrow();
  watching.socket.terminate();
});

test.each([
  ["terminates", (client: ViewClient) => client.socket.terminate()],
  ["closes", (client: ViewClient) => client.socket.close()],
  ["sends an invalid message", (client: ViewClient) => client.socket.send("?")],
  ["gives control back", (client: ViewClient) => client.send({ type: "control", on: false })],
])("releases what a viewer holds when it %s", async (_, leave) => {
  const { url, uploader } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const { client, viewer } = await openViewer(url);
  client.send({ type: "input", input: key("down", "Control") });
  await client.settle();
  leave(client);
  await expect
    .poll(() => inputs)
    .toEqual([
      { ...key("down", "Control"), viewer },
      { kind: "release", viewer },
    ]);
});

test("releases what a viewer holds when it is removed, and when the view is closed", async () => {
  const { url, uploader, view } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const [a, b] = [await openViewer(url), await openViewer(url)];
  for (const { client } of [a, b]) {
    client.send({ type: "input", input: key("down", "Control") });
    await client.settle();
  }
  const [first] = view.viewers;
  first?.remove();
  await expect.poll(() => inputs.at(-1)).toEqual({ kind: "release", viewer: a.viewer });
  await view.close();
  await expect.poll(() => inputs.at(-1)).toEqual({ kind: "release", viewer: b.viewer });
});

test("passes on a paste of a million characters", async () => {
  const { url, uploader } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const { client, viewer } = await openViewer(url);
  const paste = { kind: "paste", text: "ä".repeat(1_000_000) } as const;
  client.send({ type: "input", input: paste });
  await expect.poll(() => inputs, { timeout: 5_000 }).toEqual([{ ...paste, viewer }]);
});

test("delivers a viewer's key at once while another viewer floods, and merges most moves of the flood", async () => {
  const { url, uploader } = await openView({ authorize });
  const inputs = inputsOf(uploader);
  const [flood, honest] = [await openViewer(url), await openViewer(url)];
  for (let index = 0; index < 20_000; index++) {
    flood.client.send({ type: "input", input: move((index % 100) / 100) });
  }
  const start = performance.now();
  honest.client.send({ type: "input", input: key("down", "k") });
  await expect.poll(() => inputs.some((input) => input.kind === "key"), { interval: 5 }).toBe(true);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(inputs.length).toBeLessThan(300);
});
