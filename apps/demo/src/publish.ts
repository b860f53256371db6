// The publisher process publishes what the capture process uploads to a LiveKit room. The app process starts this program.
import { once } from "node:events";
import { tmpdir } from "node:os";
import { connectRoom, LiveKitPublisher } from "@broadcast-ipc/livekit-publisher";
import { BroadcastReceiver, IPCChannelError } from "@broadcast-ipc/receiver";
import { DisconnectReason, type RemoteParticipant, RoomEvent } from "@livekit/rtc-node";
import { tokenVariable } from "./capture-messages.ts";
import { heartbeat, maxPayloadBytes } from "./channel-options.ts";
import {
  accessTokenVariable,
  controlAttribute,
  figuresInterval,
  type PublishFigures,
  type PublishMessage,
  type PublishOrder,
} from "./livekit/publish-messages.ts";
import { ProcessFamily } from "./process-family.ts";

const { [tokenVariable]: token, [accessTokenVariable]: accessToken = "" } = process.env;
const { path, url, maxFps }: PublishOrder = JSON.parse(process.argv[2] ?? "");

/** Reasons of the server after which no new publisher may join: two demos would replace each other again and again. */
const finalReasons = new Map([
  [DisconnectReason.DUPLICATE_IDENTITY, "another publisher of the same name has joined the room"],
  [DisconnectReason.PARTICIPANT_REMOVED, "it was removed from the room"],
]);

/** Why publishing must not be tried again; `undefined` if it may. */
let finalReason: string | undefined;

/** Aborts when publishing must end in an orderly way. */
const stop = new AbortController();
process.on("message", () => stop.abort());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.once("disconnect", () => stop.abort());
if (!process.connected) stop.abort();
// Standard error is that of the app process, and may be closed.
process.stderr.on("error", () => {});

try {
  await publish(stop.signal);
} catch (error) {
  if (!stop.signal.aborted) {
    process.exitCode = 1;
    const message = finalReason ?? (error as Error).message;
    await tell({ type: "failed", message, isFinal: finalReason !== undefined });
  }
}
// The app process removes the temporary files. Without an app process, this process does so.
if (!process.connected) await new ProcessFamily(tmpdir()).end();
// The LiveKit library keeps the process alive.
process.exit();

/** Publishes until the signal aborts. Rejects if the room cannot be joined, or is lost. */
async function publish(signal: AbortSignal): Promise<void> {
  const room = await connectRoom(url, accessToken, { signal });
  room.on(RoomEvent.Disconnected, (reason) => {
    finalReason = finalReasons.get(reason);
  });
  try {
    await using server = await BroadcastReceiver.listen(path, {
      ...{ token, maxPayloadBytes, heartbeat },
      // The publisher sets the demand.
      demand: { video: null, audio: null },
      decode: false,
    });
    await using publisher = await LiveKitPublisher.publish(room, server, {
      video: { maxFps },
      allowInput: mayControl,
    });
    publisher.on("failure", (error) => {
      // The app process reports broken connections.
      if (error instanceof IPCChannelError) return;
      tell({ type: "note", text: `Something could not be published: ${error.message}.` });
    });
    tell({ type: "ready" });
    const timer = setInterval(
      () => tell({ type: "figures", figures: figuresOf(publisher, room.remoteParticipants.size) }),
      figuresInterval,
    );
    const stopped = signal.aborted ? Promise.resolve([]) : once(signal, "abort");
    const end = await Promise.race([publisher.ended, stopped]);
    clearInterval(timer);
    if ("message" in end) throw new Error(end.message);
  } finally {
    await room.disconnect();
  }
}

/** Whether the access token of a participant allows it to control the source. */
function mayControl({ attributes }: RemoteParticipant): boolean {
  return attributes[controlAttribute.name] === controlAttribute.value;
}

function figuresOf(publisher: LiveKitPublisher, viewers: number): PublishFigures {
  const { demand, video } = publisher.stats();
  const { sent } = video;
  if (demand === null || !sent?.isActive) return { video: undefined, viewers };
  const { width, height, fps } = sent;
  return { video: { width, height, fps }, viewers };
}

/** Resolves when the message is sent. If the app process has ended, a 'disconnect' event follows. */
function tell(message: PublishMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
