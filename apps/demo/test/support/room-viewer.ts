import { inputMessageType } from "@broadcast-ipc/protocol";
import {
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackKind,
  VideoBufferType,
  VideoStream,
} from "@livekit/rtc-node";
import { AccessToken } from "livekit-server-sdk";
import { onTestFinished } from "vitest";

/** A frame that a viewer of a room has received and decoded, as RGBA. */
export interface RoomFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A participant of a LiveKit room that watches, and keeps the newest video frame. */
export class RoomViewer {
  readonly #room = new Room();
  #frame: RoomFrame | undefined;
  #tracks: string[] = [];
  #audioTracks = 0;

  private constructor() {
    this.#room.on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === TrackKind.KIND_VIDEO) void this.#watch(track);
      else this.#audioTracks++;
    });
  }

  /** Joins the room of an access token, and leaves it when the test ends. */
  static async join(url: string, token: string): Promise<RoomViewer> {
    const viewer = new RoomViewer();
    onTestFinished(() => viewer.leave());
    await viewer.#room.connect(url, token, { autoSubscribe: true, dynacast: false });
    return viewer;
  }

  /** The newest frame; `undefined` before the first one, and after {@link forget}. */
  get frame(): RoomFrame | undefined {
    return this.#frame;
  }

  /** The video tracks that the viewer has subscribed to, one after another. */
  get tracks(): readonly string[] {
    return this.#tracks;
  }

  /** Number of audio tracks that the viewer has subscribed to. */
  get audioTracks(): number {
    return this.#audioTracks;
  }

  /** The color in the middle of the newest frame. */
  get color(): "red" | "green" | "blue" | undefined {
    if (!this.#frame) return undefined;
    const { width, height, data } = this.#frame;
    const start = ((height >> 1) * width + (width >> 1)) * 4;
    const [red = 0, green = 0, blue = 0] = data.subarray(start, start + 3);
    if (red > green && red > blue) return "red";
    return green > blue ? "green" : "blue";
  }

  /** Forgets the newest frame. */
  forget(): void {
    this.#frame = undefined;
  }

  /** Sends an input to the publisher. */
  async sendInput(input: object): Promise<void> {
    const data = new TextEncoder().encode(JSON.stringify(input));
    await this.#room.localParticipant?.publishData(data, { reliable: true, topic: inputMessageType });
  }

  async leave(): Promise<void> {
    await this.#room.disconnect();
  }

  async #watch(track: RemoteTrack): Promise<void> {
    this.#tracks.push(track.sid ?? "");
    // Not every program that compiles this file knows the iterator of streams.
    const frames = new VideoStream(track).getReader();
    for (let next = await frames.read(); !next.done; next = await frames.read()) {
      const { frame } = next.value;
      const { width, height, data } = frame.convert(VideoBufferType.RGBA);
      this.#frame = { width, height, data };
    }
  }
}

/** Returns an access token for a participant, made with the key and the secret of the environment. */
export function accessToken(
  room: string,
  identity: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const { LIVEKIT_API_KEY, LIVEKIT_API_SECRET } = process.env;
  const token = new AccessToken(LIVEKIT_API_KEY, LIVEKIT_API_SECRET, { identity, attributes });
  token.addGrant({ roomJoin: true, room });
  return token.toJwt();
}
