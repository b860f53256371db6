import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { IPCChannelError, PullQueue, settleInTurn, validate } from "@broadcast-ipc/ipc-channel";
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
import type { UploaderConnection } from "./uploader-connection.ts";
import type { UploaderSettings } from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";
import { VideoSender } from "./video-sender.ts";

/** What can be uploaded. */
export type Sample = ImageSample | EncodedImageSample | AudioSample;

interface SendSessionOptions extends Pick<UploaderSettings, "codec" | "maxBufferedMs" | "messageSchemas"> {
  /** Called with each demand of the receiver, and with nothing wanted when the receiver is lost. */
  readonly onDemand: (demand: Demand) => void;
  readonly failures: FailureReport;
}

/** The three lanes of an uploader: pictures, sound and messages. They outlive the connections that they are sent over. */
export class SendSession {
  /** Messages that have come. */
  readonly inbox: PullQueue<ReceivedMessage> = new PullQueue((message) => this.messages.take(message));
  readonly messages: MessageExchange;
  readonly demand: DemandWatch;
  readonly #options: SendSessionOptions;
  readonly #video: VideoSender;
  readonly #audio: AudioSender;

  constructor(options: SendSessionOptions) {
    this.#options = options;
    const { codec, maxBufferedMs, messageSchemas: schemas, onDemand, failures } = options;
    this.demand = new DemandWatch(onDemand);
    this.messages = new MessageExchange((message) => this.inbox.push(message), {
      settle: settleInTurn,
      checks: schemas && { schemas, validate, onFailure: (error) => failures.tell(error) },
    });
    const release = (sample: Sample) => this.#release(sample);
    const failed = (lane: "audio" | "video") => (error: unknown) => failures.tell(error, lane);
    this.#audio = new AudioSender({ maxBufferedMs, release, onFailure: failed("audio") });
    this.#video = new VideoSender({ codec, release, onFailure: failed("video") });
  }

  get stats(): Pick<UploaderStats, "video" | "audio" | "encodeTime"> {
    return { video: this.#video.counts, audio: this.#audio.counts, encodeTime: this.#video.encodeTime };
  }

  /** `settle` is called once. */
  offer(sample: Sample, settle: (outcome: UploadOutcome) => void): void {
    if (isSound(sample)) this.#audio.offer(sample, settle);
    else this.#video.offer(sample, settle);
  }

  /** Another receiver. Sound that waits goes before the next picture. */
  connect(link: UploaderConnection): void {
    this.messages.connect(link.transport);
    this.#audio.connect(link.send);
    this.#video.connect((message, data) => {
      this.#audio.flush();
      return link.send(message, data);
    });
  }

  /** The receiver is gone. */
  disconnect(): void {
    this.demand.lose();
    this.messages.disconnect();
    this.#audio.disconnect();
    this.#video.disconnect();
  }

  /** Does what the receiver says; throws ProtocolError where it may not say that. */
  receive(message: ReceiverMessage, payload: Uint8Array | undefined): void {
    switch (message.type) {
      case "demand":
        this.#setDemand({ video: message.video, audio: message.audio });
        break;
      case "credit":
        this.#video.acknowledge(message.through, message.consumed);
        break;
      case "refresh":
        this.#video.refresh();
        break;
      case "message":
        this.messages.receive(message, payload);
        break;
      case "message-credit":
        this.messages.credit(message);
        break;
      case "failure":
        this.#options.failures.hear(message);
        break;
    }
  }

  /** Accepts nothing more. Resolves once everything waiting that the receiver wants is delivered, or the connection is lost. */
  async drain(): Promise<void> {
    const error = closedError();
    this.demand.end(error);
    await Promise.all([this.#video.drain(), this.#audio.drain(), this.messages.drain(error)]);
  }

  /** Settles everything that is pending. */
  close(): void {
    const error = closedError();
    this.demand.end(error);
    this.#video.close();
    this.#audio.close();
    this.messages.close(error);
    this.messages.afterChecks(() => this.inbox.end());
  }

  #setDemand(demand: Demand): void {
    this.#options.failures.renew();
    this.#audio.setDemand(demand.audio !== null);
    this.#video.setDemand(demand.video);
    this.demand.set(demand);
  }

  #release(sample: Sample): void {
    try {
      (sample as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
    } catch (error) {
      this.#options.failures.report(error);
    }
  }
}

function closedError(): IPCChannelError {
  return new IPCChannelError("ERR_IPC_CLOSED", "the uploader is closed");
}

/** Whatever is uploaded, asking for its type must not throw. */
function isSound(sample: Sample): sample is AudioSample {
  try {
    return sample.type === "audio";
  } catch {
    return false;
  }
}
