import { BroadcastImageCodec, type ImageCodecOptions } from "@broadcast-ipc/image-codec";
import type { PayloadCarrier } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import type { Lane, TakenFrame } from "../lane.ts";
import { height, width } from "../live-parameters.ts";

/** A codec that records the time of its last call of encode(). */
class WatchedCodec extends BroadcastImageCodec {
  lastEncodeAt: number | undefined;

  override encode(
    ...args: Parameters<BroadcastImageCodec["encode"]>
  ): ReturnType<BroadcastImageCodec["encode"]> {
    this.lastEncodeAt = now();
    return super.encode(...args);
  }
}

/** Connects a {@link BroadcastUploader} and a {@link BroadcastReceiver}. The receiver decodes every frame to raw pixels. */
export function broadcastLane(
  name: string,
  codecOptions: ImageCodecOptions,
  payloads?: PayloadCarrier,
): Lane {
  return {
    async sink({ path }) {
      const codec = new WatchedCodec(codecOptions);
      const uploader = await BroadcastUploader.connect(path, { codec, payloads });
      uploader.on("failure", (error) => console.error(name, error));
      uploader.on("demand", ({ video }) => process.send?.({ type: video ? "wanted" : "refused", at: now() }));
      return {
        offer: (frame) =>
          void uploader.upload({
            type: "image",
            format: "BGRA",
            codedWidth: width,
            codedHeight: height,
            ...frame,
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
      const receiver = await BroadcastReceiver.accept(path, { demand: { video, audio: null }, payloads });
      receiver.on("failure", (error) => console.error(name, error));
      return {
        // The demand excludes audio, so every sample is a video frame.
        frames: () => receiver.samples() as AsyncIterableIterator<unknown> as AsyncIterable<TakenFrame>,
        setDemand: (isWanted) => receiver.setDemand({ video: isWanted ? {} : null, audio: null }),
        get stats() {
          return receiver.stats();
        },
        close: () => receiver.close(),
      };
    },
  };
}
