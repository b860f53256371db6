import { setTimeout } from "node:timers/promises";
import { TrackKind } from "@livekit/rtc-node";
import { describe, inject, test } from "vitest";
import { Broadcast, publisherIdentity } from "./support/broadcast.ts";
import { LiveKitServer } from "./support/livekit-server.ts";
import { NodeViewer } from "./support/node-viewer.ts";
import { untilSeen } from "./support/viewer.ts";

/** Longest time until the publisher has recovered or ended after the server is back, in ms. */
const recoveryTimeout = 30_000;

/** Longest time until the publisher ends after the server is gone for good, in ms. */
const lossTimeout = 60_000;

/** Longest time until the publisher and the room are closed without a server, in ms. */
const closeTimeout = 15_000;

/** In ms. The server pauses a track 5 s after the last viewer. 2 s are for the publisher, and 1 s for a busy machine. */
const pauseTimeout = 5_000 + 2_000 + 1_000;

/** Returns the server's id of the published video track. */
function videoSid({ room }: Broadcast): string | undefined {
  const publications = [...(room.localParticipant?.trackPublications.values() ?? [])];
  return publications.find(({ kind }) => kind === TrackKind.KIND_VIDEO)?.sid;
}

// The tests run at the same time: each has a server of its own, and mostly waits.
describe.skipIf(!inject("mayStartServers")).concurrent("LiveKitPublisher when its server is lost", () => {
  test("continues with demand and input after it has recovered", async ({ expect }) => {
    await using server = await LiveKitServer.open();
    await using broadcast = await Broadcast.open({ server, publisher: { allowInput: () => true } });
    const { publisher } = broadcast;
    await expect.poll(() => publisher.stats().video.sid).toBeTruthy();
    await server.stop("SIGKILL");
    await server.start();
    const viewer = await NodeViewer.join(server, broadcast.roomName, "viewer");
    await untilSeen(viewer, recoveryTimeout);
    // The publisher learns of participants up to three seconds late, and refuses their input until then.
    await expect.poll(() => broadcast.room.remoteParticipants.has("viewer")).toBe(true);
    const key = { kind: "key", event: "down", key: "a", code: "KeyA" };
    await viewer.publish("input", key);
    await expect
      .poll(() => broadcast.capture.messages)
      .toEqual([{ type: "input", data: { ...key, viewer: "viewer" } }]);
    await viewer.call(publisherIdentity, "input", { ...key, event: "up" });
    await viewer.leave();
    await expect.poll(() => broadcast.capture.demand?.video, { timeout: pauseTimeout }).toBeNull();
    expect(publisher.stats().video.sid).toBe(videoSid(broadcast));
  }, 90_000);

  test("closes while the server does not answer", async ({ expect }) => {
    await using server = await LiveKitServer.open();
    await using broadcast = await Broadcast.open({ server });
    await expect.poll(() => broadcast.publisher.stats().video.sid).toBeTruthy();
    await server.stop("SIGKILL");
    const closing = Date.now();
    await broadcast.publisher.close();
    expect(await broadcast.publisher.ended).toMatchObject({ by: "close" });
    expect(Date.now() - closing).toBeLessThan(closeTimeout);
    await broadcast.room.disconnect();
    expect(Date.now() - closing).toBeLessThan(closeTimeout);
  }, 90_000);

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`recovers or ends after ${signal} and a new start of the server`, async ({ expect }) => {
      await using server = await LiveKitServer.open();
      await using broadcast = await Broadcast.open({ server });
      const { publisher } = broadcast;
      await using before = await NodeViewer.join(server, broadcast.roomName, "before");
      await untilSeen(before, 10_000);
      await server.stop(signal);
      await setTimeout(2_000);
      await server.start();
      const started = Date.now();
      const ended = publisher.ended.then(({ by }) => by);
      await using after = await NodeViewer.join(server, broadcast.roomName, "after");
      const seen = untilSeen(after, recoveryTimeout).then(() => "recovered");
      seen.catch(() => {});
      const outcome = await Promise.race([ended, seen]);
      console.log(`after ${signal}: ${outcome} within ${Date.now() - started} ms`);
      expect(["recovered", "room"]).toContain(outcome);
      if (outcome === "room") {
        expect(broadcast.receivers.every(({ isClosed }) => isClosed)).toBe(true);
        expect((await publisher.ended).code).toBe("ERR_LIVEKIT_ROOM_LOST");
      }
    }, 90_000);
  }

  test("ends and closes the receiver if the server is gone for good", async ({ expect }) => {
    await using server = await LiveKitServer.open();
    await using broadcast = await Broadcast.open({ server });
    await using viewer = await NodeViewer.join(server, broadcast.roomName, "viewer");
    await untilSeen(viewer, 10_000);
    await server.stop("SIGKILL");
    const stopped = Date.now();
    const reason = await broadcast.publisher.ended;
    console.log(`ended after ${Date.now() - stopped} ms:`, reason);
    expect(Date.now() - stopped).toBeLessThan(lossTimeout);
    expect(reason).toMatchObject({ by: "room", code: "ERR_LIVEKIT_ROOM_LOST" });
    expect(broadcast.receivers.every(({ isClosed }) => isClosed)).toBe(true);
  }, 90_000);
});
