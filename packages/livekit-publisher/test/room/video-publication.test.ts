import { BroadcastImageCodec, type EncodedImageSample } from "@broadcast-ipc/image-codec";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { publisherSettings } from "../../src/livekit-publisher-options.ts";
import { VideoPublication } from "../../src/room/video-publication.ts";
import { frame } from "../fixtures/broadcast.ts";
import { FakeRoom } from "../fixtures/fake-room.ts";

async function jpegSample(): Promise<EncodedImageSample> {
  const { metadata, data } = await new BroadcastImageCodec({ encoding: "jpeg" }).encode(frame(1, 640, 480));
  return { type: "image", ...metadata, data } as EncodedImageSample;
}

function open() {
  const room = new FakeRoom();
  const onPublish = vi.fn<(sid: string) => void>();
  const onRefused = vi.fn<(error: unknown) => void>();
  const { video: settings } = publisherSettings({});
  const publication = new VideoPublication(room.room, { settings, onPublish, onRefused });
  onTestFinished(() => publication.close());
  return { room, publication, onPublish };
}

describe("VideoPublication", () => {
  test("publishes one track if a receiver is replaced while its first frame is decoded", async () => {
    const { room, publication, onPublish } = open();
    await Promise.all([publication.push(await jpegSample()), publication.push(frame(2))]);
    await expect.poll(() => onPublish).toHaveBeenCalled();
    expect([...room.tracks.keys()]).toEqual(["TR_1"]);
    expect(publication.stats?.frames).toBe(2);
    await publication.close();
    expect(room.tracks.size).toBe(0);
  });

  test("publishes the next frame if the first one cannot be decoded", async () => {
    const { room, publication, onPublish } = open();
    const broken = { ...(await jpegSample()), data: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]) };
    const [first, second] = [publication.push(broken), publication.push(frame(2))];
    await expect(first).rejects.toMatchObject({ code: "ERR_LIVEKIT_INVALID_SAMPLE" });
    await second;
    await expect.poll(() => onPublish).toHaveBeenCalled();
    expect([...room.tracks.keys()]).toEqual(["TR_1"]);
  });
});
