// Publishes a page to a LiveKit room. Set LIVEKIT_URL, and LIVEKIT_TOKEN to the publisher's access token.
import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { PageCapture } from "@broadcast-ipc/page-capture";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, socketPath } from "@broadcast-ipc/uploader";
import { chromium } from "playwright-core";

const { LIVEKIT_URL = "", LIVEKIT_TOKEN = "", CHROMIUM = "/usr/bin/chromium" } = process.env;
const room = await connectRoom(LIVEKIT_URL, LIVEKIT_TOKEN);

const browser = await chromium.launch({ executablePath: CHROMIUM, handleSIGINT: false });
const page = await browser.newPage();
await page.goto(process.argv[2] ?? "https://example.org/");

// The two ends of the socket may also be in two processes, so that a crash of one does not end the other one.
const path = socketPath("publish-page");
const [uploader, receiver] = await Promise.all([
  BroadcastUploader.connect(path),
  BroadcastReceiver.accept(path, { decode: false, demand: { video: null, audio: null } }),
]);
await PageCapture.start(page, uploader, { input: true });
const publisher = await LiveKitPublisher.publish(room, receiver, {
  // Participants whose access token has the attribute control=true may use the page.
  allowInput: ({ attributes }) => attributes.control === "true",
});
console.log("published to the room", room.name);
process.once("SIGINT", () => publisher.close());
console.log("ended:", (await publisher.ended).message);
await browser.close();
await room.disconnect();
process.exit();
