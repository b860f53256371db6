import type { ReceiverLike } from "@broadcast-ipc/receiver/sink";
import { describe, expect, test, vi } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { publisherSettings } from "../../src/livekit-publisher-options.ts";
import { RoomDemand } from "../../src/room/room-demand.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

function open(maxFps: number) {
  const scheduler = new FakeScheduler();
  const settings = publisherSettings({ video: { maxFps } });
  const demand = new RoomDemand(new FakeRoom().room, {
    scheduler,
    settings,
    onChange: () => {},
    onFailure: () => {},
  });
  const refresh = vi.fn<() => void>();
  demand.connect({ refresh, setDemand: () => {} } as unknown as ReceiverLike);
  return { scheduler, demand, refresh };
}

describe("RoomDemand", () => {
  test.each([
    [30, 10],
    [2, 600],
  ])("requests the last frame again once if it followed another one closely (%i fps)", (maxFps, gap) => {
    const { scheduler, demand, refresh } = open(maxFps);
    // The answer to a request is a frame as well.
    refresh.mockImplementation(() => demand.noteFrame());
    for (let frame = 0; frame < 5; frame++) {
      demand.noteFrame();
      scheduler.advance(gap);
    }
    expect(refresh).not.toHaveBeenCalled();
    scheduler.advance((3 * 1_000) / maxFps);
    expect(refresh).toHaveBeenCalledTimes(1);
    scheduler.advance(10_000);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test("requests no frame of a slow source again", () => {
    const { scheduler, demand, refresh } = open(30);
    for (let frame = 0; frame < 5; frame++) {
      demand.noteFrame();
      scheduler.advance(200);
    }
    expect(refresh).not.toHaveBeenCalled();
  });

  test("requests nothing after close()", () => {
    const { scheduler, demand, refresh } = open(30);
    demand.noteFrame();
    demand.noteFrame();
    demand.close();
    scheduler.advance(1_000);
    expect(refresh).not.toHaveBeenCalled();
  });
});
