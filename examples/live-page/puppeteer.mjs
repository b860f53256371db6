// Opens a page with Puppeteer and uploads it to watch.mjs. Start both, in any order.
import { PageCapture } from "@broadcast-ipc/page-capture";
import { BroadcastUploader, socketPath } from "@broadcast-ipc/uploader";
import puppeteer from "puppeteer-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(process.argv[2] ?? "https://example.org/");
const uploader = await BroadcastUploader.connect(socketPath("live-page"));
await PageCapture.start(page, uploader, { input: true });
