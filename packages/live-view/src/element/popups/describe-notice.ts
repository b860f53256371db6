import type { PageNotice } from "@broadcast-ipc/protocol";

const maxLength = 80;

/** Returns a sentence for the viewer about something that the video does not show, or `undefined` if there is none. */
export function describeNotice(notice: PageNotice): string | undefined {
  switch (notice.kind) {
    case "download":
      return `The page downloads “${shorten(notice.name)}” on its own machine.`;
    case "file-chooser":
      return `The page asks for ${notice.multiple ? "files" : "a file"}. Files cannot be sent.`;
    case "crash":
      return `The page has crashed.${notice.reloading ? " It is being reloaded." : ""}`;
    case "window": {
      const { url, title, isPopup } = notice;
      const host = URL.canParse(url) ? new URL(url).host : "";
      return isPopup ? `The page has opened a window: ${shorten(host || title || url)}` : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Shortens a text in the middle, so that its end, such as the extension of a file name, stays. Removes control characters
 * and those that change the direction of writing, which could make "exe" look like another extension.
 */
export function shorten(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")];
  if (characters.length <= maxLength) return characters.join("");
  const end = Math.floor(maxLength / 3);
  return `${characters.slice(0, maxLength - end - 1).join("")}…${characters.slice(-end).join("")}`;
}
