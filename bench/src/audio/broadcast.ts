import { once } from "node:events";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { type AudioLane, framesPerSample, height, width } from "./audio-lane.ts";

const format = {
  format: "s16",
  sampleRate: 48_000,
  numberOfChannels: 2,
  numberOfFrames: framesPerSample,
} as const;
const geometry = { format: "BGRA", codedWidth: width, codedHeight: height } as const;

export const broadcastAudio: AudioLane = {
  async sink(path) {
    const uploader = await BroadcastUploader.connect(path);
    if (!uploader.demand) await once(uploader, "demand");
    return {
      play: (data, number) => void uploader.upload({ type: "audio", ...format, data, timestamp: number }),
      show: (data) => uploader.upload({ type: "image", ...geometry, data, timestamp: 0 }),
    };
  },
  async *feed(path) {
    const receiver = await BroadcastReceiver.accept(path, { demand: { video: {}, audio: {} } });
    for await (const sample of receiver) {
      yield { number: sample.type === "audio" ? sample.timestamp : undefined };
      // Lets the receiver reuse the memory. Otherwise the rate would depend on when V8 collects the 8 MB buffers.
      sample[Symbol.dispose]?.();
    }
  },
};
