import type { Message } from "@broadcast-ipc/ipc-channel";
import {
  type Demand,
  FailureReport,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import { AgeMeter } from "./age-meter.ts";
import { AudioReceiver } from "./audio-receiver.ts";
import { FormatWatch } from "./format-watch.ts";
import { Mailbox } from "./mailbox.ts";
import { MissingEngines } from "./missing-engines.ts";
import type { ReceiverSettings } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { AudioFormat, Sample } from "./sample.ts";
import { SampleReader } from "./sample-reader.ts";
import { StallTimer } from "./stall-timer.ts";
import { Uplink } from "./uplink.ts";
import { VideoReceiver } from "./video-receiver.ts";

interface ReceiveSessionOptions extends ReceiverSettings {
  /** What the uploader has said already. */
  readonly uploader: UploaderHello | undefined;
  readonly send: (message: ReceiverMessage, payload?: Uint8Array) => Promise<void>;
  readonly onStart: () => void;
  readonly onStall: () => void;
  readonly onResume: () => void;
  /** Called just before sound of this format is handed out. */
  readonly onFormat: (format: AudioFormat) => void;
  /** Emits "failure"; returns `false` if the event has no listener. */
  readonly onFailure: (error: unknown) => boolean;
}

/** The lanes of one connection, put together: what comes goes to its lane, and the samples leave by one outlet. */
export class ReceiveSession {
  readonly mailbox: Mailbox;
  readonly outlet: SampleReader;
  readonly #options: ReceiveSessionOptions;
  readonly #failures: FailureReport;
  readonly #uplink: Uplink;
  readonly #pictures: VideoReceiver;
  readonly #sound = new AudioReceiver();
  readonly #formats = new FormatWatch();
  readonly #ages = new AgeMeter();
  readonly #stall: StallTimer | undefined;
  readonly #engines = new MissingEngines();
  #demand: Demand;
  #uploader: UploaderHello | undefined;
  #hasStarted = false;
  #bytes = 0;

  constructor(options: ReceiveSessionOptions) {
    const { messageSchemas, stallAfter, send, onStall, onResume } = options;
    this.#options = options;
    this.#demand = options.demand;
    this.#uploader = options.uploader;
    const uploader = () => this.#uploader;
    this.#failures = new FailureReport({ side: "receiver", emit: options.onFailure, uploader });
    this.#uplink = new Uplink(send, this.#failures);
    this.mailbox = new Mailbox(messageSchemas, (error) => this.#failures.tell(error));
    this.#pictures = new VideoReceiver({
      decode: options.decode,
      format: options.format,
      isIdle: () => this.outlet.isAwaited("image"),
      onReady: () => this.#onPicture(),
      onFailure: (error) => this.#failures.tell(error, "video"),
      // Without the engine, the demand changes to encodings that can be decoded.
      onUndecodable: (metadata, error) => {
        const isNew = this.#engines.note(metadata, error);
        if (isNew) this.setDemand(this.#demand);
        return isNew;
      },
      send: this.#uplink.send,
    });
    this.outlet = new SampleReader({
      take: (type) => (type === "audio" ? this.#sound.shift() : this.#pictures.take()),
      onTake: (sample) => this.#onTake(sample),
      onCome: () => this.#pictures.consumeHeld(),
      onServed: () => this.#onServed(),
    });
    const isWaiting = () => this.outlet.isAwaited("image") && this.#demand.video !== null;
    this.#stall =
      stallAfter === undefined ? undefined : new StallTimer({ stallAfter, isWaiting, onStall, onResume });
  }

  /** What the uploader has said of itself. */
  get uploader(): UploaderHello | undefined {
    return this.#uploader;
  }

  /** What is wanted. */
  get demand(): Demand {
    return this.#demand;
  }

  get stats(): ReceiverStats {
    return {
      video: this.#pictures.counts,
      audio: this.#sound.counts,
      messages: { pending: this.mailbox.pending },
      credit: this.#pictures.credit,
      bytes: this.#bytes,
      age: this.#ages.summary,
      decodeTime: this.#pictures.decodeTimes,
    };
  }

  /** Says what is wanted, before anything else. */
  connect(): void {
    this.setDemand(this.#demand);
    this.mailbox.connect(this.#uplink.transport);
  }

  /** States anew what is wanted; the demand has been checked. */
  setDemand(demand: Demand): void {
    this.#demand = demand;
    this.#failures.renew();
    this.#uplink.send({ type: "demand", ...this.#engines.without(demand) });
    if (demand.video === null) this.#stall?.reset();
    this.#pictures.setDemand(demand.video);
    this.#sound.setDemand(demand.audio !== null);
    this.#stall?.update();
  }

  /** Asks for the newest picture, also if it was sent before. */
  refresh(): void {
    this.#uplink.send({ type: "refresh" });
  }

  /** Reports which pictures are consumed. Called before the connection is closed. */
  tellConsumed(): void {
    this.#pictures.tellConsumed();
  }

  /** Takes a message as it came; what is wrong with it is reported. */
  receive(message: Message<unknown>): void {
    try {
      this.#receive(message);
    } catch (error) {
      this.#failures.tell(error);
    }
  }

  /** Nothing more will come; what is waiting can still be taken, and one `next()` rejects with the error then, if there is one. */
  async end(error: unknown): Promise<void> {
    this.mailbox.end(error);
    await this.#pictures.decoded;
    this.#stall?.stop();
    this.outlet.end(error);
  }

  /** Ends it, and drops what nobody has taken. */
  close(): void {
    this.#stall?.stop();
    this.outlet.close();
    this.mailbox.close();
    this.#pictures.close();
    this.#sound.setDemand(false);
  }

  #receive(message: Message<unknown>): void {
    const { payload } = message;
    const content = parseUploaderMessage(message.header);
    switch (content?.type) {
      case "hello":
        this.#uploader = content;
        break;
      case "image":
        this.#bytes += payload?.length ?? 0;
        this.#pictures.push(content, message);
        break;
      case "audio":
        this.#bytes += payload?.length ?? 0;
        this.#receiveSound(content.metadata, payload);
        break;
      case "message":
        this.mailbox.exchange.receive(content, payload);
        break;
      case "message-credit":
        this.mailbox.exchange.credit(content);
        break;
      case "failure":
        this.#failures.hear(content);
    }
  }

  #receiveSound(metadata: unknown, payload: Uint8Array | undefined): void {
    try {
      this.#sound.push(metadata, payload);
      this.outlet.offer();
    } catch (error) {
      this.#failures.tell(error, "audio");
    }
  }

  #onPicture(): void {
    if (!this.#hasStarted) this.#options.onStart();
    this.#hasStarted = true;
    this.#stall?.arrive();
    this.outlet.offer();
    this.#stall?.update();
  }

  #onTake(sample: Sample): void {
    if (sample.type === "image") this.#ages.record(sample.timestamp, this.#uploader?.clock);
    else {
      const format = this.#formats.see(sample);
      if (format) this.#options.onFormat(format);
    }
  }

  #onServed(): void {
    this.#pictures.giveCredit();
    this.#stall?.update();
  }
}
