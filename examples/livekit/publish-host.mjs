// Publishes the page of capture-host.mjs, which runs on another host, to a LiveKit room. Start both, in any order.
// Set LIVEKIT_URL, and LIVEKIT_TOKEN to the publisher's access token.
import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { receivers } from "./tls-receivers.mjs";

const { LIVEKIT_URL = "", LIVEKIT_TOKEN = "" } = process.env;
const room = await connectRoom(LIVEKIT_URL, LIVEKIT_TOKEN);
// A new receiver replaces the previous one, so the track stays when the capture host reconnects.
const publisher = await LiveKitPublisher.publish(room, receivers(), {
  // Participants whose access token has the attribute control=true may use the page.
  allowInput: ({ attributes }) => attributes.control === "true",
});
console.log("published to the room", room.name);
process.once("SIGINT", () => publisher.close());
console.log("ended:", (await publisher.ended).message);
await room.disconnect();
process.exit();
