import {
  AudioStream,
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackKind,
  VideoBufferType,
  type VideoFrame,
  type VideoFrameEvent,
  VideoStream,
} from "@livekit/rtc-node";
import { joinToken } from "./join-token.ts";
import type { SharedServer } from "./provide-server.ts";
import { type Color, readPattern } from "./read-pattern.ts";
import type { SeenFrame, Viewer } from "./viewer.ts";

const sampleRate = 48_000;

/** A viewer that uses rtc-node, in this process. */
export class NodeViewer implements Viewer {
  readonly identity: string;
  readonly joinedAt: number = Date.now();
  readonly room: Room = new Room();
  #frames: SeenFrame[] = [];
  /** The newest half a second of audio, mono. */
  #audio: number[] = [];
  #tracks = 0;
  #openTracks = 0;

  private constructor(identity: string) {
    this.identity = identity;
    this.room.on(RoomEvent.TrackSubscribed, (track) => {
      this.#tracks++;
      this.#openTracks++;
      if (track.kind === TrackKind.KIND_VIDEO) this.#watch(track);
      else this.#listen(track);
    });
    this.room.on(RoomEvent.TrackUnsubscribed, () => this.#openTracks--);
  }

  static async join(server: SharedServer, roomName: string, identity: string): Promise<NodeViewer> {
    const viewer = new NodeViewer(identity);
    await viewer.room.connect(server.url, await joinToken(server, roomName, identity), {
      autoSubscribe: true,
      dynacast: false,
    });
    return viewer;
  }

  /** Number of tracks that the viewer has subscribed to so far. */
  get tracks(): number {
    return this.#tracks;
  }

  /** Number of tracks that it is subscribed to now. */
  get openTracks(): number {
    return this.#openTracks;
  }

  /** Sends all participants a data message with JSON. */
  async publish(topic: string, content: unknown): Promise<void> {
    const data = new TextEncoder().encode(JSON.stringify(content));
    await this.room.localParticipant?.publishData(data, { reliable: true, topic });
  }

  /** Calls a method of a participant. Rejects if the participant refuses. */
  async call(destinationIdentity: string, method: string, content: unknown): Promise<string | undefined> {
    const payload = JSON.stringify(content);
    return this.room.localParticipant?.performRpc({ destinationIdentity, method, payload });
  }

  async frames(): Promise<readonly SeenFrame[]> {
    return this.#frames;
  }

  async clear(): Promise<void> {
    this.#frames = [];
  }

  async frequency(): Promise<number | undefined> {
    if (this.#audio.length < sampleRate / 2) return undefined;
    const crossings: number[] = [];
    for (let i = 1; i < this.#audio.length; i++) {
      const [one, two] = [this.#audio[i - 1] as number, this.#audio[i] as number];
      if (one < 0 && two >= 0) crossings.push(i - two / (two - one));
    }
    const [first, last] = [crossings[0], crossings.at(-1)];
    if (first === undefined || last === undefined || last === first) return undefined;
    return ((crossings.length - 1) / (last - first)) * sampleRate;
  }

  async leave(): Promise<void> {
    await this.room.disconnect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  async #watch(track: RemoteTrack): Promise<void> {
    try {
      for await (const event of new VideoStream(track)) this.#frames.push(seen(event));
    } catch (error) {
      // A room that reconnects may have replaced the track already.
      console.warn(`${this.identity} cannot watch a track: ${error}`);
    }
  }

  async #listen(track: RemoteTrack): Promise<void> {
    for await (const { data } of new AudioStream(track, sampleRate, 1)) {
      for (const value of data) this.#audio.push(value);
      this.#audio.splice(0, this.#audio.length - sampleRate / 2);
    }
  }
}

/** Reads the pattern of a frame after its rotation. `VideoRotation` counts quarter turns, clockwise. */
function seen({ frame, rotation }: VideoFrameEvent): SeenFrame {
  const turns = rotation as number;
  const pattern = readPattern((x, y) => {
    if (turns === 1) return colorAt(frame, y, 1 - x);
    if (turns === 2) return colorAt(frame, 1 - x, 1 - y);
    if (turns === 3) return colorAt(frame, 1 - y, x);
    return colorAt(frame, x, y);
  });
  const isTurned = turns % 2 === 1;
  const width = isTurned ? frame.height : frame.width;
  const height = isTurned ? frame.width : frame.height;
  return { ...pattern, width, height, at: Date.now() };
}

/** Converts a pixel of an I420 frame, BT.601 limited, to RGB. */
function colorAt({ data, type, width, height }: VideoFrame, x: number, y: number): Color {
  if (type !== VideoBufferType.I420) throw new Error(`the frame must be I420, got ${type}`);
  const column = Math.floor(x * width);
  const row = Math.floor(y * height);
  const chromaWidth = Math.ceil(width / 2);
  const chroma = (row >> 1) * chromaWidth + (column >> 1);
  const plane = chromaWidth * Math.ceil(height / 2);
  const luma = 1.164 * ((data[row * width + column] ?? 0) - 16);
  const u = (data[width * height + chroma] ?? 0) - 128;
  const v = (data[width * height + plane + chroma] ?? 0) - 128;
  const limit = (value: number) => Math.round(Math.min(255, Math.max(0, value)));
  return [limit(luma + 1.596 * v), limit(luma - 0.392 * u - 0.813 * v), limit(luma + 2.017 * u)];
}
