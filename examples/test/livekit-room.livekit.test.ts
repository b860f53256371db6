import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { accessToken, RoomViewer } from "../../apps/demo/test/support/room-viewer.ts";
import { BackgroundProgram } from "./support/background-program.ts";
import { makeCertificates } from "./support/certificates.ts";
import { cannotLinkHosts, LinkedHosts } from "./support/linked-hosts.ts";
import { find, isMissing } from "./support/tools.ts";

const url = process.env.LIVEKIT_URL ?? "";
const chromium = find(
  ...[process.env.CHROMIUM ?? [], "chromium", "chromium-browser", "google-chrome"].flat(),
);

/** A page that turns from blue to green when a key is pressed. */
const page = `data:text/html,<body style="background: blue" onkeydown="this.style.background = 'green'">`;

let folder: string;
let room: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "livekit-room-"));
  room = `examples-${randomUUID()}`;
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a program of the example. */
async function start(
  name: string,
  env: NodeJS.ProcessEnv,
  on: readonly string[] = [],
): Promise<BackgroundProgram> {
  const file = fileURLToPath(new URL(`../livekit/${name}`, import.meta.url));
  return new BackgroundProgram(on, [file, page], {
    CHROMIUM: chromium,
    LIVEKIT_URL: url,
    LIVEKIT_TOKEN: await accessToken(room, "publisher"),
    XDG_RUNTIME_DIR: folder,
    ...env,
  });
}

async function enter(attributes?: Record<string, string>): Promise<RoomViewer> {
  return RoomViewer.join(url, await accessToken(room, "viewer", attributes));
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

/** Presses a key until the page is green. */
async function expectControl(viewer: RoomViewer): Promise<void> {
  await expect
    .poll(async () => {
      for (const event of ["down", "up"])
        await viewer.sendInput({ kind: "key", event, key: "a", code: "KeyA" });
      return viewer.color;
    })
    .toBe("green");
}

describe.skipIf(isMissing("Chromium", chromium))("publish-page.mjs", () => {
  test("publishes a page, and passes on the input of a participant with control=true", async () => {
    const publisher = await start("publish-page.mjs", {});
    await publisher.prints(/published to the room/);
    const viewer = await enter({ control: "true" });
    await expect.poll(() => viewer.color).toBe("blue");
    await expectControl(viewer);
    await publisher.interrupt();
    expect(publisher.output).toMatch(/ended: /);
  });
});

describe.skipIf(isMissing("Chromium", chromium) || cannotLinkHosts())(
  "capture-host.mjs and publish-host.mjs",
  () => {
    test("publish a page of another host to one track across reconnections, and pass on a participant's input", async () => {
      makeCertificates(folder);
      // The LiveKit server may be on the loopback of this machine.
      const hosts = LinkedHosts.open({ isPublishHere: true });
      onTestFinished(() => hosts[Symbol.dispose]());
      const env = { CERTIFICATES: folder, PORT: await freePort(), PUBLISH_HOST: hosts.publishAddress };
      const publisher = await start("publish-host.mjs", env);
      await publisher.prints(/published to the room/);
      const capturer = await start("capture-host.mjs", env, hosts.on.capture);
      const viewer = await enter({ control: "true" });
      await expect.poll(() => viewer.color).toBe("blue");
      await expectControl(viewer);

      await capturer.interrupt();
      await start("capture-host.mjs", env, hosts.on.capture);
      await expect.poll(() => viewer.color).toBe("blue");
      expect(viewer.tracks).toHaveLength(1);
    });
  },
);
