/** Lines of ffmpeg's log that name no reason: statistics, the description of the streams, and summaries of a failure. */
const noise =
  /^(frame=|size=|video:|\s|$|(In|Out)put #\d|Stream mapping|Error while |Error (re)?initializing |Conversion failed|Error (writing|closing|splitting|opening) |To ignore this)/;

/** Number of lines at the end of the log that may name the reason. Earlier lines may be about faults that did no harm. */
const tailLength = 12;

/** What ffmpeg prints and what it means, the most telling patterns first. `$1` is the pattern's first group. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/received signal (\d+)/, "another program ended it with signal $1"],
  [/No space left on device/, "the disk is full (No space left on device)"],
  [/Cannot open display (\S+), error/, "there is no X server at display $1, or it refuses this user"],
  [/Can't find window '(.+)'/, "there is no window $1 on the display"],
  // Error codes of the X protocol: 8 is BadMatch, 3 BadWindow and 9 BadDrawable.
  [/event_error: .*error_code:8 /, "the screen or the window that it captures became smaller or was closed"],
  [/event_error: .*error_code:[39] /, "the window that it captures was closed"],
  [/Failed to query xcb pointer/, "the X server, or the window that it captures, has ended"],
  [/Unknown encoder '(.+)'/, "this ffmpeg has no encoder $1"],
  [/Unknown decoder '(.+)'/, "this ffmpeg has no decoder $1"],
  [/No such filter: '(.+)'/, "this ffmpeg has no filter $1"],
  [/Unknown input format: '(.+)'/, "this ffmpeg has no input format $1"],
  [/Unable to find a suitable output format for '(.+)'/, "this ffmpeg has no output format for $1"],
  [/Unrecognized option '(.+)'/, "this ffmpeg has no option -$1"],
  [/Stream map '(.+)' matches no streams/, "its input has no stream $1"],
  [/Is a directory/, "it is a folder (Is a directory)"],
  [/moov atom not found|Invalid data found/, "it is not a video file, or the file is damaged or incomplete"],
  [/Broken pipe/, "the program that reads its output has ended (Broken pipe)"],
];

/**
 * Returns the reason of a failure from the log of ffmpeg or ffprobe, as a clause without a full stop. Returns `undefined`
 * if the log names no reason.
 */
export function reasonIn(log: string): string | undefined {
  const lines = log.split(/[\r\n]+/).filter((line) => !noise.test(line));
  const tail = lines.slice(-tailLength).join("\n");
  for (const [pattern, reason] of reasons) {
    const found = pattern.exec(tail);
    if (found) return reason.replace("$1", found[1] ?? "");
  }
  // Without the component that printed the line, such as "[mov @ 0x5581c7453880] ", and without the input's name.
  return lines
    .at(-1)
    ?.replace(/^(\[[^\]]* @ 0x[\da-f]+\] )+/, "")
    .replace(/^(Error opening input|file:.*|pipe:\d+|:\d+(\.\d+)?): (?=[A-Z])/, "")
    .replace(/[.\s]+$/, "");
}

/** Returns why a program ended, as a clause that follows "ffmpeg ended (exit code 1): ". */
export function reasonOfEnd(log: string, signal: NodeJS.Signals | null): string {
  switch (signal) {
    case null:
      return reasonIn(log) ?? "it gave no reason";
    case "SIGKILL":
      return "another program killed it, or the system did for lack of memory";
    case "SIGSEGV":
    case "SIGBUS":
    case "SIGILL":
    case "SIGFPE":
    case "SIGABRT":
      return "it crashed";
    default:
      return "another program ended it";
  }
}
