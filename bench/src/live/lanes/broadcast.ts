import { BroadcastImageCodec, type ImageCodecOptions } from "@broadcast-ipc/image-codec";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import type { Lane, TakenPicture } from "../lane.ts";
import { height, width } from "../live-order.ts";

/** Remembers when it was last asked for a picture. */
class WatchedCodec extends BroadcastImageCodec {
  lastEncodeAt: number | undefined;

  override encode(
    ...args: Parameters<BroadcastImageCodec["encode"]>
  ): ReturnType<BroadcastImageCodec["encode"]> {
    this.lastEncodeAt = now();
    return super.encode(...args);
  }
}

/** A {@link BroadcastUploader} and a {@link BroadcastReceiver}, which hands out pixels whatever came. */
export function broadcastLane(name: string, codecOptions: ImageCodecOptions): Lane {
  return {
    async sink({ path }) {
      const codec = new WatchedCodec(codecOptions);
      const uploader = await BroadcastUploader.connect(path, { codec });
      uploader.on("failure", (error) => console.error(name, error));
      uploader.on("demand", ({ video }) => process.send?.({ type: video ? "wanted" : "refused", at: now() }));
      return {
        offer: (picture) =>
          void uploader.upload({
            type: "image",
            format: "BGRA",
            codedWidth: width,
            codedHeight: height,
            ...picture,
          }),
        get stats() {
          return uploader.stats();
        },
        get lastEncodeAt() {
          return codec.lastEncodeAt;
        },
        close: () => uploader.close(),
      };
    },
    async feed({ path, maxFps }) {
      const video = maxFps === undefined ? {} : { maxFps };
      const receiver = await BroadcastReceiver.accept(path, { demand: { video, audio: null } });
      receiver.on("failure", (error) => console.error(name, error));
      return {
        // Nothing but pictures is asked for.
        pictures: () => receiver.samples() as AsyncIterableIterator<unknown> as AsyncIterable<TakenPicture>,
        setDemand: (isWanted) => receiver.setDemand({ video: isWanted ? {} : null, audio: null }),
        get stats() {
          return receiver.stats();
        },
        close: () => receiver.close(),
      };
    },
  };
}
