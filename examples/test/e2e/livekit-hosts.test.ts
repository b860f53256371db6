import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { BackgroundProgram } from "../support/background-program.ts";
import { makeCertificates, makeForeignCertificates } from "../support/certificates.ts";
import { cannotLinkHosts, LinkedHosts } from "../support/linked-hosts.ts";
import { find, isMissing } from "../support/tools.ts";

const chromium = find(
  ...[process.env.CHROMIUM ?? [], "chromium", "chromium-browser", "google-chrome"].flat(),
);
const isSkipped =
  isMissing("Chromium", chromium) || isMissing("openssl", find("openssl")) || cannotLinkHosts();

const fileOf = (name: string) => fileURLToPath(new URL(`../../livekit/${name}`, import.meta.url));

/** A page that changes all the time. */
const page = `data:text/html,<body><script>setInterval(() => document.body.style.background =
  "rgb(0, 0, " + Date.now() % 256 + ")", 50)</script>`;

/** Stands in for the publisher: prints the frames of each receiver, without a LiveKit server. */
const printFrames = `
  import { receivers } from ${JSON.stringify(new URL("../../livekit/tls-receivers.mjs", import.meta.url).href)};
  for await (const receiver of receivers()) {
    console.log("receiver");
    receiver.setDemand({ video: {} });
    receiver.closed.then(({ code }) => console.log("closed:", code));
    (async () => {
      for await (const { encoding, codedWidth, codedHeight, data } of receiver.samples({ type: "image" }))
        console.log("frame", encoding, codedWidth, codedHeight, data.byteLength);
    })().catch(() => {});
  }`;

let folder: string;
let hosts: LinkedHosts;

describe.skipIf(isSkipped)("capture-host.mjs and tls-receivers.mjs, on two hosts", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "livekit-hosts-"));
    makeCertificates(folder);
    hosts = LinkedHosts.open({ isPublishHere: false });
  });
  afterEach(async () => {
    hosts[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  function capture(certificates = folder): BackgroundProgram {
    return new BackgroundProgram(hosts.on.capture, [fileOf("capture-host.mjs"), page], {
      CERTIFICATES: certificates,
      CHROMIUM: chromium,
      PUBLISH_HOST: hosts.publishAddress,
    });
  }

  function publish(certificates = folder): BackgroundProgram {
    const program = ["--input-type=module", "-e", printFrames];
    return new BackgroundProgram(hosts.on.publish, program, { CERTIFICATES: certificates });
  }

  /** Resolves with a folder of certificates of another authority. */
  async function foreign(): Promise<string> {
    const other = await mkdtemp(join(tmpdir(), "livekit-hosts-foreign-"));
    onTestFinished(() => rm(other, { recursive: true }));
    makeForeignCertificates(other, folder);
    return other;
  }

  test("pass on the browser's JPEGs, also after either program was restarted", async () => {
    const publisher = publish();
    const capturer = capture();
    await publisher.prints(/frame jpeg \d+ \d+ \d+/);
    await publisher.interrupt();
    await capturer.prints(/connected\ndisconnected\n/);

    const successor = publish();
    await successor.prints(/frame jpeg/);
    await capturer.interrupt();
    await successor.prints(/closed: \w+/);
    capture();
    await successor.prints(/closed: \w+\n.*receiver\n.*frame jpeg/s);
  });

  test("connect again after the line between the hosts was cut for a while", async () => {
    const publisher = publish();
    const capturer = capture();
    await publisher.prints(/frame jpeg/);
    hosts.setLine("down");
    await Promise.all([publisher.prints(/closed: timeout/), capturer.prints(/disconnected/)]);
    hosts.setLine("up");
    await publisher.prints(/closed: timeout\n.*receiver\n.*frame jpeg/s);
  });

  test("refuse a capture host with a certificate of another authority, and still accept the right one", async () => {
    const publisher = publish();
    const stranger = capture(await foreign());
    await Promise.all([publisher.prints(/refused: /), stranger.prints(/not connected: /)]);
    expect(publisher.output).not.toMatch(/receiver/);
    capture();
    await publisher.prints(/receiver\n.*frame jpeg/s);
    expect(stranger.output).not.toMatch(/^connected/m);
  });

  test("refuse a publish host with a certificate of another authority", async () => {
    publish(await foreign());
    const capturer = capture();
    await capturer.prints(/not connected: .*(certificate|signature)/);
  });
});
