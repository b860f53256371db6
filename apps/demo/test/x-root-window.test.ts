import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchScreenSize } from "../src/screen/x-root-window.ts";
import { isMissing } from "./support/tools.ts";
import { VirtualScreen } from "./support/virtual-screen.ts";

/** Watches the size of a screen, and returns a function that returns the newest size. */
function watch(display: string, env: NodeJS.ProcessEnv): () => string | undefined {
  let newest: string | undefined;
  const end = watchScreenSize(display, env, (size) => {
    newest = size;
  });
  onTestFinished(end);
  return () => newest;
}

test.skipIf(isMissing("Xvfb", "xrandr"))("reports the size of a screen now and at each change", async () => {
  const screen = await VirtualScreen.open();
  onTestFinished(() => screen[Symbol.asyncDispose]());
  const newest = watch(`${screen.env.DISPLAY}.0`, {});
  await expect.poll(newest).toBe("640x480");
  await screen.resize(320, 240);
  await expect.poll(newest).toBe("320x240");
});

test.skipIf(isMissing("Xvfb"))("presents the cookie in the authority file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "authority-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "authority");
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length]), bytes]);
  const entry = (host: string, cookie: Buffer) => [
    Buffer.from([1, 0]), // the family of local connections
    ...[Buffer.from(host), Buffer.alloc(0), Buffer.from("MIT-MAGIC-COOKIE-1"), cookie].map(field),
  ];
  const cookie = Buffer.from("0123456789abcdef");
  await writeFile(
    file,
    Buffer.concat([...entry("another-machine", Buffer.alloc(16)), ...entry(hostname(), cookie)]),
  );
  const serverFile = join(folder, "server");
  await writeFile(serverFile, Buffer.concat(entry(hostname(), cookie)));
  const screen = await VirtualScreen.open("-auth", serverFile);
  onTestFinished(() => screen[Symbol.asyncDispose]());
  await expect.poll(watch(screen.env.DISPLAY ?? "", { XAUTHORITY: file })).toBe("640x480");
});
