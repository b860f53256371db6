import { once } from "node:events";
import { TrackPublishOptions, TrackSource, VideoSource } from "@livekit/rtc-node";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { LiveKitPublisher, type LiveKitPublisherOptions } from "../src/index.ts";
import { broadcast, frame, silence, uploadFrames } from "./fixtures/broadcast.ts";
import { FakeRoom } from "./fixtures/fake-room.ts";

async function publishing(options: LiveKitPublisherOptions = {}) {
  const room = new FakeRoom();
  const { server, upload } = await broadcast();
  const publisher = await LiveKitPublisher.publish(room.room, server, options);
  onTestFinished(() => publisher.close());
  const uploader = await upload();
  const failures: Error[] = [];
  publisher.on("failure", (error) => failures.push(error));
  return { room, server, upload, publisher, uploader, failures };
}

describe("LiveKitPublisher", () => {
  test("rejects a room that is not connected, and names an invalid option", async () => {
    const room = new FakeRoom();
    const { server } = await broadcast();
    const options = { video: { maxFps: 0 } };
    await expect(LiveKitPublisher.publish(room.room, server, options)).rejects.toThrow(
      new RangeError("video.maxFps must be a number from 1 to 240, got 0"),
    );
    room.isConnected = false;
    await expect(LiveKitPublisher.publish(room.room, server)).rejects.toMatchObject({
      code: "ERR_LIVEKIT_NOT_CONNECTED",
    });
  });

  test("leaves no listener on the room if the source is invalid", async () => {
    const room = new FakeRoom();
    const source = {} as AsyncIterable<never>;
    const publishing = LiveKitPublisher.publish(room.room, source, { allowInput: () => true });
    await expect(publishing).rejects.toThrow(TypeError);
    expect(room.eventNames()).toEqual([]);
    expect(room.rpc.size).toBe(0);
  });

  test("publishes no track before the first frame, then one in its size, as a screen share", async () => {
    const { room, publisher, uploader } = await publishing();
    const capture = vi.spyOn(VideoSource.prototype, "captureFrame");
    onTestFinished(() => capture.mockRestore());
    expect(room.tracks.size).toBe(0);
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    expect(await once(publisher, "publish")).toEqual([{ kind: "video", sid: "TR_1" }]);
    expect([...room.tracks.values()]).toEqual(["screen"]);
    const [options] = room.options as TrackPublishOptions[];
    expect(options).toBeInstanceOf(TrackPublishOptions);
    expect(options).toMatchObject({
      source: TrackSource.SOURCE_SCREENSHARE,
      simulcast: false,
      videoEncoding: { maxFramerate: 30, maxBitrate: 5_000_000n },
    });
    // The first frame is handed over before the track is published, so that no black frame is sent.
    expect(capture.mock.calls[0]?.[0]).toMatchObject({ width: 64, height: 48 });
    await expect.poll(() => publisher.stats().video.frames).toBeGreaterThan(5);
    expect(publisher.stats().video.sid).toBe("TR_1");
  });

  test("publishes audio with its first sample, and none with audio: false", async () => {
    const { room, uploader, publisher } = await publishing();
    await uploader.wanted({ type: "audio" });
    uploadFrames(uploader, (timestamp) => uploader.upload(silence(timestamp)));
    expect(await once(publisher, "publish")).toEqual([{ kind: "audio", sid: "TR_1" }]);
    expect(room.options[0]).toMatchObject({ source: TrackSource.SOURCE_SCREENSHARE_AUDIO });
    await expect.poll(() => publisher.stats().audio.seconds).toBeGreaterThan(0.1);

    const silent = await publishing({ audio: false });
    await expect.poll(() => silent.uploader.demand).toEqual({ video: { maxFps: 30 }, audio: null });
  });

  test("keeps the track when the capture process is replaced", async () => {
    const { room, publisher, uploader, upload } = await publishing();
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
    await uploader.close();
    const { frames } = publisher.stats().video;
    const next = await upload();
    uploadFrames(next, (timestamp) => next.upload(frame(timestamp, 128, 96)));
    await expect.poll(() => publisher.stats().video.frames).toBeGreaterThan(frames + 5);
    expect([...room.tracks.keys()]).toEqual(["TR_1"]);
  });

  test("unpublishes the tracks when the source ends, and ends with the reason", async () => {
    const { room, publisher, uploader, server } = await publishing();
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
    await uploader.close();
    await server.close();
    expect(await publisher.ended).toEqual({
      by: "source",
      code: "closed",
      message: expect.stringContaining("has ended."),
    });
    expect(room.tracks.size).toBe(0);
    expect(room.eventNames()).toEqual([]);
  });

  test("closes the receiver when the room is lost", async () => {
    const { room, publisher, uploader } = await publishing();
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
    const disconnected = once(uploader, "disconnect");
    room.isConnected = false;
    room.emit("disconnected", 5);
    expect(await publisher.ended).toEqual({
      by: "room",
      code: "ERR_LIVEKIT_ROOM_LOST",
      message: "The room is lost: room deleted.",
    });
    await disconnected;
  });

  test("ends with the server's reason when the video is refused", async () => {
    const { room, publisher, uploader, failures } = await publishing();
    room.refusal = new Error("insufficient permissions");
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    expect(await publisher.ended).toEqual({
      by: "room",
      code: "ERR_LIVEKIT_PUBLISH_FAILED",
      message: 'the track "screen" could not be published: insufficient permissions',
    });
    expect(failures).toMatchObject([{ code: "ERR_LIVEKIT_PUBLISH_FAILED" }]);
  });

  test("close() resolves when nothing is published, and leaves the receiver open with a demand for nothing", async () => {
    const { room, publisher, uploader } = await publishing();
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
    await Promise.all([publisher.close(), publisher.close()]);
    expect(await publisher.ended).toMatchObject({ by: "close" });
    expect(room.tracks.size).toBe(0);
    await expect.poll(() => uploader.demand).toEqual({ video: null, audio: null });
    expect(uploader.isClosed).toBe(false);
  });

  test("reports a frame that cannot be decoded, and continues", async () => {
    const { publisher, uploader, failures } = await publishing();
    const broken = { type: "image", encoding: "jpeg", codedWidth: 64, codedHeight: 48 } as const;
    const jpeg = Buffer.from("ffd8ffc0001108003000400301220002110103110100ffd9", "hex");
    await uploader.wanted();
    await uploader.upload({ ...broken, data: new Uint8Array(jpeg), timestamp: 1 });
    await expect.poll(() => failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: "ERR_LIVEKIT_INVALID_SAMPLE" });
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
  });

  test("passes input of admitted participants on, and drops and counts that of others", async () => {
    const { room, publisher, uploader } = await publishing({
      allowInput: ({ identity }) => identity === "ann",
    });
    uploadFrames(uploader, (timestamp) => uploader.upload(frame(timestamp)));
    await once(publisher, "publish");
    const input = { kind: "text", text: "hi" };
    room.data(input, room.join("bob"));
    room.data(input, room.join("ann"));
    const { value } = await uploader.messages().next();
    expect(value).toMatchObject({ type: "input", data: { ...input, viewer: "ann" } });
    expect(publisher.stats().inputs).toEqual({ sent: 1, dropped: 0, refused: 1 });
  });

  test("goes on and ends although allowInput throws", async () => {
    let error: Error | undefined;
    const allowInput = () => {
      if (error) throw error;
      return true;
    };
    const { room, publisher, uploader, failures } = await publishing({ allowInput });
    room.join("ann");
    await uploader.send("page", { kind: "cursor", cursor: "text" });
    await expect.poll(() => room.published).toHaveLength(1);
    error = new Error("no database");
    room.join("bob");
    await expect.poll(() => failures).toEqual([error]);
    // close() would tell admitted participants that the cursor is gone.
    await publisher.close();
    expect(await publisher.ended).toMatchObject({ by: "close" });
  });

  test("sends the source's notices to admitted participants", async () => {
    const { room, uploader } = await publishing({ allowInput: ({ identity }) => identity === "ann" });
    room.join("ann");
    room.join("bob");
    await uploader.send("page", { kind: "cursor", cursor: "text" });
    await expect
      .poll(() => room.published)
      .toEqual([{ data: { kind: "cursor", cursor: "text" }, to: ["ann"] }]);
  });
});
