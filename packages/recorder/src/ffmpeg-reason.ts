/** Reasons of the system and of ffmpeg that explain a failure, wherever they appear in a line. */
const reasons = [
  /No space left on device/i,
  /Disk quota exceeded/i,
  /Read-only file system/i,
  /Permission denied/i,
  /Input\/output error/i,
  /File too large/i,
  /Cannot allocate memory/i,
  /Unknown encoder '[^']*'/i,
  /Unrecognized option '[^']*'/i,
];

/** Lines that say nothing about the reason: statistics, and the announcement that ffmpeg gives up. */
const noise =
  /^(frame|size)=|\bspeed=|^video:\S+ audio:|^Conversion failed!|^Exiting |^Last message repeated/;

/** Returns the reason for a failure from ffmpeg's log, in ffmpeg's own words; `undefined` if the log has none. */
export function ffmpegReason(log: string): string | undefined {
  const lines = log.split(/[\r\n]+/).map((line) => line.replace(/^(\[[^\]]*\]\s*)+/, "").trim());
  const telling = lines.filter((line) => line !== "" && !noise.test(line));
  for (const line of telling.toReversed()) {
    for (const reason of reasons) {
      const [words] = reason.exec(line) ?? [];
      if (words) return words;
    }
  }
  return telling.at(-1)?.replace(/\.$/, "");
}
