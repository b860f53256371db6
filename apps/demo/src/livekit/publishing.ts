import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { formatCount } from "../report.ts";
import { inWords } from "../resource-failure.ts";
import { giveUpAfter, RestartPolicy } from "../restart-policy.ts";
import type { StatusLine } from "../status-line.ts";
import { type LiveKitAccess, meetLink } from "./livekit-access.ts";
import { type PublisherEnd, PublisherProcess } from "./publisher-process.ts";

interface PublishingOptions {
  readonly access: LiveKitAccess;
  /** Prefix of the socket paths of the publishers. */
  readonly path: string;
  readonly token: string;
  readonly maxFps: number;
  readonly status: StatusLine;
  /** Called with the socket path at which a publisher listens for the capture process. */
  onReady(path: string): void;
  /** Ends the publishing. */
  readonly signal: AbortSignal;
}

/** Keeps a publisher process running: a process that has ended or hangs is replaced. */
export class Publishing implements AsyncDisposable {
  /**
   * Resolves when no publisher process runs any more: with `undefined` after `signal` aborts, or with a reason for the user
   * if no publisher process can or may be started.
   */
  readonly ended: Promise<string | undefined>;
  readonly #options: PublishingOptions;
  readonly #policy = new RestartPolicy(performance.now());
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #process: PublisherProcess | undefined;
  #count = 0;
  #isReady = false;
  #path: string | undefined;

  private constructor(options: PublishingOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#over.signal]);
    this.ended = this.#run();
  }

  /**
   * Starts to publish. Resolves when the room is connected and the user was told how to join it, or when `signal` aborts.
   * Rejects with a user-facing Error if the room cannot be joined.
   */
  static async start(options: PublishingOptions): Promise<Publishing> {
    let noteStart = () => {};
    const started = new Promise<undefined>((resolve) => {
      noteStart = () => resolve(undefined);
    });
    const onReady = (path: string) => {
      noteStart();
      options.onReady(path);
    };
    const publishing = new Publishing({ ...options, onReady });
    const failure = await Promise.race([started, publishing.ended]);
    if (failure !== undefined) throw new Error(failure);
    if (!options.signal.aborted) await tellRoom(options);
    return publishing;
  }

  /** Socket path of the current publisher; `undefined` while none is connected. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Description of what is published, for the status line. */
  get summary(): string {
    if (this.#path === undefined) return "not published";
    const { video, viewers } = this.#process?.figures ?? { video: undefined, viewers: 0 };
    const what = video ? ` ${video.width}x${video.height} at ${video.fps.toFixed(1)} fps` : "";
    const audience = viewers === 0 ? "nobody watches" : formatCount(viewers, "viewer");
    return `published${what}, ${audience}`;
  }

  /** Ends the publishing. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.ended;
  }

  async #run(): Promise<string | undefined> {
    const { status } = this.#options;
    while (!this.#signal.aborted) {
      const { reason, isFinal } = await this.#runOnce();
      if (this.#signal.aborted) break;
      if (isFinal || !this.#isReady) return reason;
      const pause = this.#policy.noteEnd(performance.now());
      if (pause === undefined)
        return `${reason} The demo gives up, because nothing has been published for ${giveUpAfter / 1000} s.`;
      status.note(`${reason} Starting another one…`);
      await delay(pause, undefined, { signal: this.#signal }).catch(() => {});
    }
    return undefined;
  }

  /** Runs one publisher process until it has ended. */
  async #runOnce(): Promise<PublisherEnd> {
    const { access, token, maxFps, status } = this.#options;
    const path = `${this.#options.path}.livekit${++this.#count}`;
    this.#policy.noteStart(performance.now());
    let current: PublisherProcess;
    try {
      const tokens = { token, accessToken: await access.publisherToken() };
      current = await PublisherProcess.start({ path, url: access.url, maxFps }, tokens, {
        onNote: (text) => status.noteOnce(text),
        onReady: () => {
          this.#policy.noteFirstFrame(performance.now());
          this.#isReady = true;
          this.#path = path;
          this.#options.onReady(path);
        },
      });
    } catch (error) {
      const reason = `The LiveKit publisher could not be started: ${inWords(error as Error)}.`;
      return { reason, isFinal: false };
    }
    this.#process = current;
    const stop = () => void current.stop();
    this.#signal.addEventListener("abort", stop, { once: true });
    // The signal may have aborted while the process was started.
    if (this.#signal.aborted) stop();
    const end = await current.ended;
    this.#signal.removeEventListener("abort", stop);
    this.#path = undefined;
    await current.stop();
    // A process that was killed leaves its socket behind.
    await rm(path, { force: true }).catch(() => {});
    return end;
  }
}

/** Prints what a viewer needs to join the room. */
async function tellRoom({ access, status }: PublishingOptions): Promise<void> {
  const token = await access.viewerToken();
  status.note(`Publishing to the room ${JSON.stringify(access.room)} of ${access.url}`);
  if (token === undefined) return status.note("Viewers need an access token for this room.");
  status.note(`One viewer can join it with the access token ${token}`);
  status.note(`or at ${meetLink(access.url, token)}`);
}
