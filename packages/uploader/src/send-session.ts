import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { ClaimedQueue, IPCChannelError, settleInTurn, validate } from "@broadcast-ipc/ipc-channel";
import {
  type Demand,
  type FailureReport,
  MessageExchange,
  type ReceivedMessage,
  type ReceiverMessage,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import { AudioSender } from "./audio-sender.ts";
import { DemandWatch } from "./demand-watch.ts";
import { disposeSample } from "./dispose-sample.ts";
import type { ConnectionHandler, UploaderConnection } from "./uploader-connection.ts";
import type { UploaderSettings } from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";
import { type VideoSample, VideoSender } from "./video-sender.ts";

/** A sample to upload: a video frame or audio. */
export type Sample = VideoSample | AudioSample;

interface SendSessionOptions extends Pick<UploaderSettings, "codec" | "maxBufferedMs" | "messageSchemas"> {
  /**
   * Called with each demand of the receiver, and with `{ video: null, audio: null }` when a receiver that wanted samples
   * is lost.
   */
  readonly onDemand: (demand: Demand) => void;
  readonly failures: FailureReport;
}

/** The three lanes of an uploader: video, audio and messages. They outlive single connections. */
export class SendSession implements ConnectionHandler {
  /** Incoming messages that the application has not consumed. */
  readonly inbox: ClaimedQueue<ReceivedMessage>;
  readonly messages: MessageExchange;
  readonly demand: DemandWatch;
  readonly #failures: FailureReport;
  readonly #video: VideoSender;
  readonly #audio: AudioSender;
  #isConnected = false;

  constructor({ codec, maxBufferedMs, messageSchemas: schemas, onDemand, failures }: SendSessionOptions) {
    this.#failures = failures;
    this.demand = new DemandWatch(onDemand);
    this.messages = new MessageExchange((message) => this.inbox.push(message), {
      settle: settleInTurn,
      checks: schemas && {
        schemas,
        validate,
        onFailure: (error) => failures.tell(error),
        isClaimed: (type) => this.inbox.isClaimed(type),
      },
    });
    this.inbox = new ClaimedQueue(this.messages.take);
    // A sample's dispose function is user code and may throw.
    const release = ({ sample }: { readonly sample: unknown }) => {
      try {
        disposeSample(sample);
      } catch (error) {
        failures.report(error);
      }
    };
    const onFailure = (lane: "audio" | "video") => (error: unknown) => failures.tell(error, lane);
    this.#audio = new AudioSender({ maxBufferedMs, release, onFailure: onFailure("audio") });
    this.#video = new VideoSender({ codec, audio: this.#audio, release, onFailure: onFailure("video") });
  }

  get stats(): Pick<UploaderStats, "video" | "audio" | "encodeTime"> {
    return { video: this.#video.counts, audio: this.#audio.counts, encodeTime: this.#video.encodeTime };
  }

  /** Adds a sample to its lane. `settle` is called once with its outcome. */
  offer(sample: Sample, settle: (outcome: UploadOutcome) => void): void {
    if (isAudio(sample)) this.#audio.offer(sample, settle);
    else this.#video.offer(sample, settle);
  }

  /** Starts a new connection on all lanes. */
  connect(connection: UploaderConnection): void {
    this.#isConnected = true;
    this.messages.connect(connection.transport);
    this.#audio.connect(connection);
    this.#video.connect(connection);
  }

  /** See {@link ConnectionHandler.disconnect}. */
  disconnect(): void {
    this.#isConnected = false;
    this.demand.lose();
    this.messages.disconnect();
    this.#audio.disconnect();
    this.#video.pump.disconnect();
  }

  /** See {@link ConnectionHandler.receive}. */
  receive(message: ReceiverMessage, payload: Uint8Array | undefined): void {
    switch (message.type) {
      case "demand":
        // After the end of a connection, its demand no longer applies. Its last credit still reports consumed frames.
        if (this.#isConnected) this.#setDemand({ video: message.video, audio: message.audio });
        break;
      case "credit":
        this.#video.pump.acknowledge(message.through, message.consumed);
        break;
      case "refresh":
        this.#video.pump.refresh();
        break;
      case "message":
        this.messages.receive(message, payload);
        break;
      case "message-credit":
        this.messages.credit(message);
        break;
      case "failure":
        this.#failures.hear(message);
        break;
    }
  }

  /**
   * Stops accepting samples and messages. Resolves when everything that the receiver wants is delivered, or when the
   * connection is lost.
   */
  async drain(): Promise<void> {
    const error = closedError();
    this.demand.end(error);
    await Promise.all([this.#video.pump.drain(), this.#audio.drain(), this.messages.drain(error)]);
  }

  /** Settles all pending samples, messages and calls of `wanted()`. */
  close(): void {
    const error = closedError();
    this.demand.end(error);
    this.#video.pump.close();
    this.#audio.close();
    this.messages.close(error);
    this.messages.afterChecks(() => this.inbox.end());
  }

  #setDemand(demand: Demand): void {
    this.#failures.renew();
    this.#audio.setDemand(demand.audio !== null);
    this.#video.setDemand(demand.video);
    this.demand.set(demand);
  }
}

function closedError(): IPCChannelError {
  return new IPCChannelError("ERR_IPC_CLOSED", "the uploader is closed");
}

/** Returns whether a sample is audio; `false` if reading its type throws. */
function isAudio(sample: Sample): sample is AudioSample {
  try {
    return sample.type === "audio";
  } catch {
    return false;
  }
}
