import type { RecordingMessage } from "./app-messages.ts";

interface RecordHandlers {
  /** Called when the viewer wants to start or stop a recording. */
  onClick(): void;
  /** Called with a sentence for the viewer when the app has reported something new. */
  onNews(sentence: string): void;
}

/** The button that starts and stops a recording in the app. */
export class RecordButton {
  readonly #button: HTMLButtonElement;
  readonly #label: string | null;
  readonly #handlers: RecordHandlers;
  #recording: RecordingMessage | undefined;
  #isConnected = false;
  #isWatching = false;

  constructor(button: HTMLButtonElement, handlers: RecordHandlers) {
    this.#button = button;
    this.#label = button.textContent;
    this.#handlers = handlers;
    button.addEventListener("click", () => {
      if (this.#isOffered) handlers.onClick();
    });
  }

  /** Enables or disables the button. A recording can be stopped while the video is interrupted. */
  offer({ isConnected, isWatching }: { readonly isConnected: boolean; readonly isWatching: boolean }): void {
    this.#isConnected = isConnected;
    this.#isWatching = isWatching;
    if (!isConnected) this.#recording = undefined;
    this.#update();
  }

  /** Shows the state of the recording. */
  show(recording: RecordingMessage): void {
    const { note } = recording;
    // The first report after connecting may be about a recording that ended long ago.
    const isNews = note !== undefined && this.#recording !== undefined && note !== this.#recording.note;
    this.#recording = recording;
    this.#update();
    if (isNews) this.#handlers.onNews(note);
  }

  get #isOffered(): boolean {
    return this.#isWatching || (this.#isConnected && this.#recording?.isRecording === true);
  }

  #update(): void {
    const { isRecording = false, seconds = 0 } = this.#recording ?? {};
    this.#button.textContent = isRecording ? `Stop, ${inMinutes(seconds)}` : this.#label;
    this.#button.ariaPressed = String(isRecording);
    this.#button.ariaDisabled = String(!this.#isOffered);
  }
}

function inMinutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
