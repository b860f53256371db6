import type { SourceMessage } from "./app-messages.ts";

/** Returns a sentence that says what the video shows, and what a viewer can do with it. */
export function sourceSentence({ kind, hasAudio }: SourceMessage, isTouch: boolean): string {
  switch (kind) {
    case "page":
      return `A web page in the capture process’s browser. ${isTouch ? "Tap" : "Click"} it to use it.`;
    case "screen":
      return "The screen of the computer on which the demo runs.";
    case "file":
      return `A video file in a loop${hasAudio ? ", with its audio" : ""}.`;
    case "synthetic":
      return "A test pattern that the capture process draws, and a tone.";
  }
}
