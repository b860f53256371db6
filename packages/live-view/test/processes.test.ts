import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { InputMessage } from "@broadcast-ipc/protocol";
import { expect, onTestFinished, test } from "vitest";
import { jpeg, openView } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

const fixture = fileURLToPath(new URL("fixtures/viewer.mjs", import.meta.url));

test("drops a viewer whose process is stopped, releases what it holds, and shows others every frame", async () => {
  const { url, view, uploader } = await openView({
    authorize: () => ({ watch: true, control: true }),
    pingInterval: 500,
  });
  const inputs: InputMessage[] = [];
  (async () => {
    for await (const { data } of uploader.messages({ types: ["input"] })) inputs.push(data as InputMessage);
  })();
  const child = fork(fixture, [url]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await expect.poll(() => view.viewers.size, { timeout: 20_000 }).toBe(1);
  const [viewer] = view.viewers;
  const quick = await ViewClient.watch(url, { encoding: "auto" });
  const frame = await jpeg(0);
  const watching = once(child, "message");
  const data = new Uint8Array(500_000);
  data.set(frame.data);
  uploader.upload({ ...frame, data, timestamp: 1 });
  await Promise.all([watching, quick.show()]);
  const left = once(view, "leave");
  child.kill("SIGSTOP");
  let timestamp = 1;
  let most = 0;
  let isGone = false;
  left.then(() => {
    isGone = true;
  });
  while (!isGone) {
    uploader.upload({ ...frame, data: data.slice(), timestamp: ++timestamp });
    expect(await quick.show()).toMatchObject({ timestamp });
    most = Math.max(most, viewer?.stats().bytes.waiting ?? 0);
  }
  expect((await left)[0]).toBe(viewer);
  expect(most).toBeLessThan(1_100_000);
  await expect.poll(() => inputs).toMatchObject([{ kind: "key" }, { kind: "release", viewer: viewer?.id }]);
});
