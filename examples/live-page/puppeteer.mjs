// Opens a page with Puppeteer and uploads it to watch.mjs. Start both, in any order.
import { PageCapture } from "@broadcast-ipc/page-capture";
import { BroadcastUploader, socketPath } from "@broadcast-ipc/uploader";
import puppeteer from "puppeteer-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Puppeteer would answer SIGTERM by closing the browser only, and this program would go on.
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"], handleSIGTERM: false });
const page = await browser.newPage();
await page.goto(process.argv[2] ?? "https://example.org/");
const uploader = await BroadcastUploader.connect(socketPath("live-page"));
const capture = await PageCapture.start(page, uploader, { input: true });
console.log(`${page.url()} can be watched`);
await capture.ended; // when the page or its browser is closed
await Promise.all([uploader.close(), browser.close()]);
