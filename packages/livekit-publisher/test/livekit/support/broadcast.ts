import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BroadcastReceiver, type BroadcastServer } from "@broadcast-ipc/receiver";
import type { Room } from "@livekit/rtc-node";
import { inject } from "vitest";
import { connectRoom, LiveKitPublisher, type LiveKitPublisherOptions } from "../../../src/index.ts";
import { type CaptureOptions, CaptureProcess } from "./capture-process.ts";
import { joinToken } from "./join-token.ts";
import type { SharedServer } from "./provide-server.ts";

/** Identity of the publisher in its room. */
export const publisherIdentity = "publisher";

let rooms = 0;

interface BroadcastOptions {
  readonly capture?: CaptureOptions;
  readonly publisher?: LiveKitPublisherOptions;
  /** Default: the server that all tests share. */
  readonly server?: SharedServer;
}

/** A capture process whose samples this process publishes to a room of its own. */
export class Broadcast implements AsyncDisposable {
  readonly server: SharedServer;
  readonly roomName: string;
  readonly room: Room;
  readonly publisher: LiveKitPublisher;
  /** The receivers that the publisher has read, the newest last. */
  readonly receivers: readonly BroadcastReceiver[];
  readonly failures: readonly Error[];
  #capture: CaptureProcess;
  readonly #directory: string;
  readonly #listening: BroadcastServer;

  private constructor(
    place: { server: SharedServer; roomName: string; room: Room; directory: string },
    source: { listening: BroadcastServer; capture: CaptureProcess; receivers: readonly BroadcastReceiver[] },
    publisher: LiveKitPublisher,
  ) {
    this.server = place.server;
    this.roomName = place.roomName;
    this.room = place.room;
    this.#directory = place.directory;
    this.#listening = source.listening;
    this.#capture = source.capture;
    this.receivers = source.receivers;
    this.publisher = publisher;
    const failures: Error[] = [];
    publisher.on("failure", (error) => failures.push(error));
    this.failures = failures;
  }

  static async open(options: BroadcastOptions = {}): Promise<Broadcast> {
    const server = options.server ?? inject("liveKitServer");
    const roomName = `test-${process.pid}-${++rooms}`;
    const token = await joinToken(server, roomName, publisherIdentity);
    const room = await connectRoom(server.url, token);
    const directory = await mkdtemp(join(tmpdir(), "livekit-test-"));
    const listening = await BroadcastReceiver.listen(join(directory, "socket"), {
      decode: false,
      demand: { video: null, audio: null },
    });
    const capture = new CaptureProcess(join(directory, "socket"), options.capture);
    const receivers: BroadcastReceiver[] = [];
    const publisher = await LiveKitPublisher.publish(room, recorded(listening, receivers), options.publisher);
    return new Broadcast({ server, roomName, room, directory }, { listening, capture, receivers }, publisher);
  }

  /** The running capture process. */
  get capture(): CaptureProcess {
    return this.#capture;
  }

  /** Kills the capture process with SIGKILL and starts another one. Resolves when the new one has connected. */
  async restartCapture(options: CaptureOptions): Promise<void> {
    await this.#capture.kill();
    this.#capture = new CaptureProcess(join(this.#directory, "socket"), options);
    await this.#capture.connected;
  }

  /** Stops accepting capture processes. */
  async stopListening(): Promise<void> {
    await this.#listening.close();
  }

  /** Returns the number of video frames that this process has encoded. */
  async framesEncoded(): Promise<number> {
    const { publisherStats } = await this.room.getRtcStats();
    let frames = 0;
    for (const { stats } of publisherStats) {
      if (stats.case === "outboundRtp") frames += stats.value.outbound?.framesEncoded ?? 0;
    }
    return frames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.publisher.close();
    await this.room.disconnect();
    await this.#capture.kill();
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
    await this.#listening.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Iterates over the receivers of a server, and records them. */
function recorded(
  listening: BroadcastServer,
  receivers: BroadcastReceiver[],
): AsyncIterable<BroadcastReceiver> {
  const open = (): AsyncIterator<BroadcastReceiver> => {
    const iterator = listening.receivers();
    const next = async () => {
      const result = await iterator.next();
      if (!result.done) receivers.push(result.value);
      return result;
    };
    return { next, return: async () => ({ done: true, value: await iterator.return?.() }) };
  };
  return { [Symbol.asyncIterator]: open };
}
