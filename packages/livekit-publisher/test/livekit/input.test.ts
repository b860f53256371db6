import { expect, inject, test } from "vitest";
import { Broadcast, publisherIdentity } from "./support/broadcast.ts";
import { NodeViewer } from "./support/node-viewer.ts";

const server = inject("liveKitServer");
const method = "input";
const click = { kind: "pointer", event: "down", x: 0.25, y: 0.75, button: "left", clickCount: 1 };
const key = { kind: "key", event: "down", key: "a", code: "KeyA" };

test("inputs of admitted participants reach the capture process, and those of others do not", async () => {
  await using broadcast = await Broadcast.open({
    publisher: { allowInput: ({ identity }) => identity === "operator" },
  });
  await using operator = await NodeViewer.join(server, broadcast.roomName, "operator");
  await using guest = await NodeViewer.join(server, broadcast.roomName, "guest");
  const { capture, publisher } = broadcast;
  await expect.poll(() => broadcast.room.remoteParticipants.size).toBe(2);
  await capture.connected;
  await expect.poll(() => publisher.stats().video.sid).toBeTruthy();

  await guest.publish(method, key);
  await expect.poll(() => publisher.stats().inputs.refused).toBe(1);
  await operator.publish(method, click);
  const clicked = { type: "input", data: { ...click, viewer: "operator" } };
  await expect.poll(() => capture.messages).toEqual([clicked]);
  await operator.publish("another topic", key);

  await operator.call(publisherIdentity, method, key);
  const typed = { type: "input", data: { ...key, viewer: "operator" } };
  await expect.poll(() => capture.messages).toEqual([clicked, typed]);
  await expect(guest.call(publisherIdentity, method, key)).rejects.toThrow();
  await expect(operator.call(publisherIdentity, method, { kind: "nonsense" })).rejects.toThrow();
  expect(publisher.stats().inputs).toMatchObject({ sent: 2, refused: 3 });

  // What the operator holds is released.
  await operator.leave();
  await expect
    .poll(() => capture.messages.at(-1))
    .toEqual({ type: "input", data: { kind: "release", viewer: "operator" } });
  expect(capture.messages).toHaveLength(3);
});
