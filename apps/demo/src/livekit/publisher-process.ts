import { tokenVariable } from "../capture-messages.ts";
import { ChildProgram, describeEnd } from "../child-program.ts";
import {
  accessTokenVariable,
  figuresInterval,
  type PublishFigures,
  type PublishMessage,
  type PublishOrder,
} from "./publish-messages.ts";

/** Tokens of {@link PublisherProcess.start}. */
export interface PublisherTokens {
  /** Token of the socket path. */
  readonly token: string;
  /** Access token of the room. */
  readonly accessToken: string;
}

/** How a publisher process has ended. */
export interface PublisherEnd {
  /** A sentence for the user. */
  readonly reason: string;
  /** Whether no other process may try again. */
  readonly isFinal: boolean;
}

const name = "The LiveKit publisher";

/** Longest wait for the process to leave the room, in ms. */
const stopTimeout = 1000;

/** Time without figures after which the process counts as hung, in ms. */
const silenceTimeout = 20 * figuresInterval;

interface PublisherProcessOptions {
  /** Called when the room is connected, and the process listens for the capture process. */
  onReady(): void;
  /** Called with text to print for the user. */
  onNote(text: string): void;
}

/** Starts, monitors and stops the publisher process, which is a child of the app process. */
export class PublisherProcess {
  /** Resolves when the process has ended. */
  readonly ended: Promise<PublisherEnd>;
  readonly #program: ChildProgram;
  readonly #options: PublisherProcessOptions;
  #figures: PublishFigures | undefined;
  #failure: PublisherEnd | undefined;
  #silence: NodeJS.Timeout | undefined;

  private constructor(program: ChildProgram, options: PublisherProcessOptions) {
    this.#program = program;
    this.#options = options;
    program.onMessage((message) => this.#receive(message as PublishMessage));
    this.ended = program.ended.then((end) => {
      clearTimeout(this.#silence);
      return this.#failure ?? { reason: describeEnd(name, end), isFinal: false };
    });
  }

  /** Starts the process, see {@link ChildProgram.start}. */
  static async start(
    order: PublishOrder,
    { token, accessToken }: PublisherTokens,
    options: PublisherProcessOptions,
  ): Promise<PublisherProcess> {
    // Unless NODE_ENV is "production", the LiveKit library logs debug messages.
    const env = { NODE_ENV: "production", [tokenVariable]: token, [accessTokenVariable]: accessToken };
    return new PublisherProcess(await ChildProgram.start({ file: "publish.js", order, env }), options);
  }

  /** What the process publishes; `undefined` before its first figures. */
  get figures(): PublishFigures | undefined {
    return this.#figures;
  }

  /** Asks the process to leave the room and to end, and kills it if it does not. Resolves when nothing is left of it. */
  async stop(): Promise<void> {
    await this.#program.stop(stopTimeout, `${name} did not stop when it was asked to.`);
    await this.#program.clear();
  }

  #receive(message: PublishMessage): void {
    switch (message.type) {
      case "ready":
        this.#options.onReady();
        break;
      case "note":
        this.#options.onNote(message.text);
        break;
      case "failed":
        // Some messages end with a full stop.
        this.#failure = {
          reason: `${name} failed: ${message.message.replace(/\.$/, "")}.`,
          isFinal: message.isFinal,
        };
        break;
      case "figures":
        this.#figures = message.figures;
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#program.kill(`${name} does not respond.`), silenceTimeout);
    }
  }
}
