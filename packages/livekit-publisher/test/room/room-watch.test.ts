import { ConnectionState, DisconnectReason } from "@livekit/rtc-node";
import { describe, expect, test, vi } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { RoomWatch } from "../../src/room/room-watch.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

function open() {
  const room = new FakeRoom();
  const scheduler = new FakeScheduler();
  const handlers = {
    onStats: vi.fn<(stats: unknown) => void>(),
    onArrival: vi.fn<() => void>(),
    onLost: vi.fn<(message: string) => void>(),
  };
  const watch = new RoomWatch(room.room, { scheduler, ...handlers });
  /** Moves the clock from poll to poll. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      scheduler.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { room, watch, pass, ...handlers };
}

describe("RoomWatch", () => {
  test("reads the statistics twice a second, and continues if they cannot be read", async () => {
    const { room, pass, onStats } = open();
    await pass(1_000);
    expect(onStats).toHaveBeenCalledTimes(2);
    const read = vi.spyOn(room, "getRtcStats").mockRejectedValue(new Error("reconnecting"));
    await pass(1_000);
    expect(onStats).toHaveBeenCalledTimes(2);
    read.mockRestore();
    await pass(500);
    expect(onStats).toHaveBeenCalledTimes(3);
  });

  test.each([
    [DisconnectReason.ROOM_DELETED, "The room is lost: room deleted."],
    [DisconnectReason.DUPLICATE_IDENTITY, "The room is lost: duplicate identity."],
    [DisconnectReason.UNKNOWN_REASON, "The room is lost: the server does not answer."],
    [99 as DisconnectReason, "The room is lost: reason 99."],
  ])("tells the loss of the room once, with its reason (%i)", async (reason, message) => {
    const { room, pass, onLost } = open();
    room.isConnected = false;
    room.emit("disconnected", reason);
    await pass(1_000);
    expect(onLost.mock.calls).toEqual([[message]]);
    expect(room.eventNames()).toEqual([]);
  });

  test("notices a loss that the library does not report", async () => {
    const { room, pass, onLost } = open();
    room.isConnected = false;
    await pass(500);
    expect(onLost.mock.calls).toEqual([["The room is lost: the connection is lost."]]);
  });

  test("gives up a room that reconnects for more than 90 s, but not one that recovers", async () => {
    const { room, pass, onLost } = open();
    room.connectionState = ConnectionState.CONN_RECONNECTING;
    await pass(80_000);
    room.connectionState = ConnectionState.CONN_CONNECTED;
    await pass(500);
    room.connectionState = ConnectionState.CONN_RECONNECTING;
    await pass(80_000);
    expect(onLost).not.toHaveBeenCalled();
    await pass(11_000);
    expect(onLost.mock.calls).toEqual([["The room is lost: it could not be reconnected within 90 s."]]);
  });

  test.each(["participantConnected", "localTrackSubscribed", "localTrackRepublished", "reconnected"])(
    "takes %s for an arrival",
    (event) => {
      const { room, onArrival } = open();
      room.emit(event);
      expect(onArrival).toHaveBeenCalledOnce();
    },
  );
});
