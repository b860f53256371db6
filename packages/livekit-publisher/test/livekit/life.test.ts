import { expect, inject, test } from "vitest";
import { Broadcast } from "./support/broadcast.ts";
import { NodeViewer } from "./support/node-viewer.ts";
import { untilSeen } from "./support/viewer.ts";

/** Longest time until the track shows frames of a new capture process, in ms: 3 s, and 1 s more on a busy machine. */
const recoveryTimeout = 3_000 + 1_000;

const server = inject("liveKitServer");

test("the same track continues with a new capture process after the old one was killed", async () => {
  await using broadcast = await Broadcast.open({ capture: { tone: 440 } });
  await using viewer = await NodeViewer.join(server, broadcast.roomName, "viewer");
  await untilSeen(viewer, 10_000);
  const { sid } = broadcast.publisher.stats().video;
  expect(sid).toBeTruthy();
  for (const start of [10_000, 20_000]) {
    await broadcast.restartCapture({ start, tone: 440 });
    const connected = Date.now();
    const frame = await untilSeen(viewer, 10_000, ({ counter }) => (counter ?? 0) >= start);
    expect(frame.at - connected).toBeLessThan(recoveryTimeout);
  }
  expect(broadcast.publisher.stats().video.sid).toBe(sid);
  // One video and one audio track: the viewer has not subscribed to any other track.
  expect(viewer.tracks).toBe(2);
  // Within 5 Hz, once the newest half a second of audio no longer contains the gap between two processes.
  await expect.poll(() => viewer.frequency()).toBeCloseTo(440, -1);
});

test("viewers see that the tracks end with the source", async () => {
  await using broadcast = await Broadcast.open();
  await using viewer = await NodeViewer.join(server, broadcast.roomName, "viewer");
  await untilSeen(viewer, 10_000);
  await broadcast.stopListening();
  await broadcast.capture.kill();
  expect(await broadcast.publisher.ended).toMatchObject({ by: "source" });
  await expect.poll(() => viewer.openTracks).toBe(0);
  expect(broadcast.room.localParticipant?.trackPublications.size).toBe(0);
});
