import { DurationHistogram, type DurationSummary } from "@broadcast-ipc/clock";
import {
  type BroadcastImageCodec,
  type CheckedImageSample,
  checkImageSample,
  type EncodedImageSample,
  type ImageSample,
} from "@broadcast-ipc/image-codec";
import {
  maxPendingBytes,
  maxPendingFrames,
  type ScheduledFrame,
  type Scheduler,
  type UploadOutcome,
  type VideoDemand,
  VideoPump,
} from "@broadcast-ipc/protocol";
import type { AudioSender } from "./audio-sender.ts";
import type { SendOutcome, UploaderConnection } from "./uploader-connection.ts";
import type { UploaderStats } from "./uploader-stats.ts";

/** A video frame as it was captured. */
export type VideoSample = ImageSample | EncodedImageSample;

interface OfferedFrame {
  readonly sample: VideoSample;
  /** The checked sample, which the codec does not check again; `undefined` for an invalid sample. */
  readonly checked: CheckedImageSample | undefined;
  isEncoded: boolean;
}

interface VideoSenderOptions {
  readonly codec: BroadcastImageCodec;
  /** The audio lane, whose waiting audio is sent before the next video frame. */
  readonly audio: Pick<AudioSender, "flush" | "sending">;
  /** Called once for each offered frame, when its sample is no longer needed. */
  readonly release: (frame: OfferedFrame) => void;
  readonly onFailure: (error: unknown) => void;
}

const scheduler: Scheduler = {
  now: () => performance.now(),
  schedule: (callback, delay) => {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },
};

/** The uploader's video lane: checks offered frames, and encodes and sends those that the {@link pump} selects. */
export class VideoSender {
  readonly pump: VideoPump<OfferedFrame>;
  readonly #options: VideoSenderOptions;
  readonly #encodeTime = new DurationHistogram();
  #connection: Pick<UploaderConnection, "send"> | undefined;
  #demand: VideoDemand = {};
  #encoding: string | undefined;
  /** Whether a frame was left out since the receiver has last consumed all frames. */
  #isBehind = false;
  #encoded = 0;
  #repeated = 0;

  constructor(options: VideoSenderOptions) {
    this.#options = options;
    this.pump = new VideoPump({
      scheduler,
      release: options.release,
      bytesOf: ({ checked }) => checked?.data.byteLength ?? 0,
      send: this.#send,
    });
  }

  get counts(): UploaderStats["video"] {
    const { counts, consumed, credit } = this.pump;
    return {
      ...counts,
      encoding: this.#encoding,
      encoded: this.#encoded,
      repeated: this.#repeated,
      consumed,
      credit,
    };
  }

  get encodeTime(): DurationSummary | undefined {
    return this.#encodeTime.summary;
  }

  /** Adds the newest frame. `settle` is called once with its outcome. An invalid frame fails and does not replace the waiting frame. */
  offer(sample: VideoSample, settle: (outcome: UploadOutcome) => void): void {
    let checked: CheckedImageSample;
    try {
      checked = checkImageSample(sample);
    } catch (error) {
      this.#options.onFailure(error);
      this.pump.refuse({ sample, checked: undefined, isEncoded: false }, settle);
      return;
    }
    const isAccepted = this.pump.offer({ sample, checked, isEncoded: false }, settle);
    if (!isAccepted && !this.#isBehind) this.#options.onFailure(tooManyPending());
    if (!isAccepted) this.#isBehind = true;
    else if (this.pump.counts.pending <= 1) this.#isBehind = false;
  }

  /** Starts a new connection. Nothing is sent over it before the demand of its receiver. */
  connect(connection: Pick<UploaderConnection, "send">): void {
    this.#connection = connection;
    this.pump.connect();
  }

  setDemand(demand: VideoDemand | null): void {
    this.#demand = demand ?? {};
    this.pump.setDemand(demand);
  }

  /** Encodes and sends a frame. Never rejects. */
  readonly #send = async (scheduled: ScheduledFrame<OfferedFrame>): Promise<SendOutcome> => {
    const { sample: frame, sequence, keyFrame } = scheduled;
    const source = frame.checked ?? frame.sample;
    // Read before encoding, because the connection may change meanwhile.
    const connection = this.#connection;
    const { encodings, quality, maxWidth, maxHeight } = this.#demand;
    const look = { encodings, quality, maxWidth, maxHeight, keyFrame };
    const start = performance.now();
    const { codec, audio } = this.#options;
    try {
      const { metadata, data } = await codec.encode(source, look);
      this.#encoded++;
      if (frame.isEncoded) this.#repeated++;
      frame.isEncoded = true;
      this.#encoding = "encoding" in metadata ? metadata.encoding : "raw";
      if (data !== source.data) this.#encodeTime.record((performance.now() - start) * 1000);
      if (audio.sending > 0) audio.flush();
      return (await connection?.send({ type: "image", sequence, metadata }, data)) ?? "closed";
    } catch (error) {
      this.#options.onFailure(error);
      return "failed";
    }
  };
}

function tooManyPending(): RangeError {
  const bounds = `${maxPendingFrames} video frames or ${maxPendingBytes / 2 ** 20} MiB`;
  const error = new RangeError(`frames are left out, because at most ${bounds} may be pending`);
  return Object.assign(error, { code: "ERR_UPLOAD_TOO_MANY_PENDING" });
}
