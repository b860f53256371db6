// Opens a page in Chromium and uploads the screencast's unchanged JPEGs to watch.mjs, which operates the page.
// Start both, in any order. Set the environment variable CHROMIUM to run another browser than /usr/bin/chromium.
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";
import { chromium } from "playwright-core";
import { messageSchemas } from "./messages.mjs";

const size = { width: 800, height: 600 };
const html = `<body style="font: 40px sans-serif; background: lightblue">
  <input style="font: inherit; width: 600px" oninput="document.body.style.background = 'lightgreen'">
  <p>0</p><script>setInterval(() => document.querySelector("p").textContent++, 100)</script>`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
const page = await browser.newPage({ viewport: size });
await page.setContent(html);

const uploader = await BroadcastUploader.connect(socketPath("watch-a-page"), {
  reconnect: false,
  messageSchemas,
});
const cdp = await page.context().newCDPSession(page);
let newest = 0;
cdp.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
  // Chromium continues after each acknowledgement. While the receiver is busy, newer frames replace older ones.
  cdp.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
  // Chromium compresses several frames in parallel, so a frame may arrive after a newer one.
  const { timestamp = newest } = metadata;
  if (timestamp < newest) return;
  newest = timestamp;
  uploader.upload({
    type: "image",
    encoding: "jpeg",
    codedWidth: size.width,
    codedHeight: size.height,
    data: Buffer.from(data, "base64"),
    timestamp: now(),
  });
});
await cdp.send("Page.startScreencast", { format: "jpeg", quality: 80 });

for await (const { type, data } of uploader.messages()) {
  if (type === "click") await page.mouse.click(data.x, data.y);
  if (type === "type") {
    await page.keyboard.type(data.text);
    await uploader.send("typed", { value: await page.inputValue("input") });
  }
}
await browser.close();
