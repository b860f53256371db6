const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** Formats a number of bytes for people to read, such as `"63.5 MiB"`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}
