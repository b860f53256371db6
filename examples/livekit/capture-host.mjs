// Uploads a page over mutual TLS to publish-host.mjs on another host. Start both, in any order.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "node:tls";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { PageCapture } from "@broadcast-ipc/page-capture";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { chromium } from "playwright-core";

const {
  CERTIFICATES = ".",
  CHROMIUM = "/usr/bin/chromium",
  PUBLISH_HOST = "127.0.0.1",
  PORT = "7443",
} = process.env;
const tls = {
  host: PUBLISH_HOST,
  port: Number(PORT),
  servername: "publish-host", // the name in the certificate
  ca: readFileSync(`${CERTIFICATES}/ca.pem`),
  cert: readFileSync(`${CERTIFICATES}/capture-host.pem`),
  key: readFileSync(`${CERTIFICATES}/capture-host.key`),
};

const browser = await chromium.launch({ executablePath: CHROMIUM });
const page = await browser.newPage();
await page.goto(process.argv[2] ?? "https://example.org/");
while (!page.isClosed()) {
  try {
    const socket = connect(tls).setNoDelay();
    await once(socket, "secureConnect");
    // The heartbeat detects a broken line, which TCP does not report while nothing is sent.
    const heartbeat = { interval: 2000, timeout: 10_000 };
    const channel = await IPCChannel.over(socket, { role: "connect", heartbeat });
    const capture = await PageCapture.start(page, BroadcastUploader.over(channel), { input: true });
    console.log("connected");
    await capture.ended;
    console.log("disconnected");
  } catch (error) {
    console.error("not connected:", String(error));
  }
  await delay(1000);
}
