import type { Demand } from "@broadcast-ipc/protocol";
import type { ReceiverLike } from "@broadcast-ipc/receiver/sink";
import { describe, expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import type { OutboundVideo } from "../../src/demand/observe-outbound.ts";
import { type LiveKitPublisherOptions, publisherSettings } from "../../src/livekit-publisher-options.ts";
import { RoomDemand } from "../../src/room/room-demand.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

/** One encoding of 640x480, active or paused. */
function outbound(isActive: boolean): OutboundVideo {
  const layer = { rid: "", width: 640, height: 480, fps: 30, framesEncoded: 0, limitation: "none" } as const;
  return {
    layers: [{ ...layer, isActive }],
    ...{ sourceWidth: 640, sourceHeight: 480, sourceFrames: 0, sourceFps: 30 },
  };
}

function open(options: LiveKitPublisherOptions = {}) {
  const room = new FakeRoom();
  const scheduler = new FakeScheduler();
  const changes: unknown[] = [];
  const failures: unknown[] = [];
  const demand = new RoomDemand(room.room, {
    scheduler,
    settings: publisherSettings(options),
    onChange: (video) => changes.push(video),
    onFailure: (error) => failures.push(error),
  });
  const told: (Demand | "refresh")[] = [];
  const receiver = {
    setDemand: (next: Demand) => told.push(next),
    refresh: () => told.push("refresh"),
  };
  const connect = () => demand.connect(receiver as unknown as ReceiverLike);
  let frames = 0;
  /** Lets time pass, with a new frame before every reading of the statistics, or with static video. */
  const watch = (ms: number, isTaken: boolean, isStill = false) => {
    for (let passed = 0; passed < ms; passed += 500) {
      scheduler.advance(500);
      if (!isStill) frames++;
      demand.observe(outbound(isTaken), { width: 640, height: 480, frames });
    }
  };
  return { room, demand, connect, told, changes, failures, receiver, watch };
}

const wanted = { video: { maxFps: 30 }, audio: {} };

describe("RoomDemand", () => {
  test("demands video within the limits and audio from each receiver, before anybody watches", () => {
    const { connect, told, changes } = open({ video: { maxFps: 10, maxWidth: 800 }, audio: false });
    connect();
    connect();
    const demand = { video: { maxFps: 10, maxWidth: 800 }, audio: null };
    expect(told).toEqual([demand, demand]);
    expect(changes).toEqual([demand.video]);
  });

  test("demands no video from a second after nobody receives it, and audio until the room is empty", () => {
    const { room, connect, told, changes, watch } = open();
    connect();
    const ann = room.join("ann");
    watch(3_000, true);
    watch(500, false);
    expect(told).toEqual([wanted]);
    watch(1_500, false);
    expect(told.slice(1)).toEqual([{ video: null, audio: {} }]);
    expect(changes).toEqual([wanted.video, null]);
    room.leave(ann);
    watch(2_000, false);
    expect(told.slice(2)).toEqual([{ video: null, audio: null }]);
    watch(500, true);
    expect(told.slice(3)).toEqual([wanted]);
  });

  test("demands audio while a hidden participant records the room", () => {
    const { room, connect, told, watch } = open();
    connect();
    room.isRecording = true;
    watch(3_000, true);
    watch(5_000, false);
    expect(told.slice(1)).toEqual([{ video: null, audio: {} }]);
  });

  test("requests the newest frame every second while the video is static and somebody watches", () => {
    const { room, connect, told, watch } = open();
    connect();
    room.join("ann");
    watch(2_000, true);
    expect(told).toEqual([wanted]);
    watch(3_000, true, true);
    expect(told.slice(1)).toEqual(["refresh", "refresh", "refresh"]);
    watch(3_000, false, true);
    const { length } = told;
    watch(5_000, false, true);
    expect(told).toHaveLength(length);
  });

  test("reports an error that a receiver throws", () => {
    const { connect, receiver, failures } = open();
    const error = new Error("broken");
    receiver.setDemand = () => {
      throw error;
    };
    connect();
    expect(failures).toEqual([error]);
  });
});
