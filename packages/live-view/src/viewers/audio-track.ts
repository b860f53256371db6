import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { ViewerSocket } from "./viewer-socket.ts";

/** Bounds of the audio that waits in a viewer's socket: seconds and bytes. One larger block may wait alone. */
const maxWaitingTime = 1;
const maxWaitingBytes = 1_024 * 1_024;

/** The audio of one viewer. Audio that exceeds the bounds of what may wait is dropped. */
export class AudioTrack {
  /** Whether the viewer has turned audio on. */
  isOn = false;
  readonly #socket: ViewerSocket;
  #waitingTime = 0;
  #waitingBytes = 0;

  constructor(socket: ViewerSocket) {
    this.#socket = socket;
  }

  /** Sends audio if it is turned on. `header` is the JSON of the sample's `AudioMessage`. */
  play(header: string, { data, numberOfFrames, sampleRate }: AudioSample): void {
    if (!this.isOn) return;
    const time = numberOfFrames / sampleRate;
    const bytes = data.byteLength + header.length;
    const isTooMuch =
      this.#waitingTime + time > maxWaitingTime || this.#waitingBytes + bytes > maxWaitingBytes;
    if (isTooMuch && this.#waitingBytes > 0) return;
    this.#waitingTime += time;
    this.#waitingBytes += bytes;
    this.#socket.sendMedia(header, data, () => {
      this.#waitingTime -= time;
      this.#waitingBytes -= bytes;
    });
  }
}
