/** Renders a table in Markdown below a heading. All columns except the first are right-aligned. */
export function table(title: string, head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `### ${title}`,
    "",
    line(head),
    line(head.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...body.map(line),
  ].join("\n");
}

/** Formats a number with this many decimal places. Returns an empty string for `undefined` and NaN. */
export function fixed(value: number | undefined, digits = 1): string {
  return value === undefined || Number.isNaN(value) ? "" : value.toFixed(digits);
}

/** Renders the first cell of a row, with the reason if the row failed. */
export function rowName(name: string, failure: string | undefined): string {
  return failure === undefined ? name : `${name} (failed: ${failure.replaceAll("|", "/")})`;
}

/** Formats bytes in MB. Returns an empty string for `undefined` and NaN. */
export function megabytes(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : `${Math.round(value / 1e6)} MB`;
}

/** Formats a ratio. Returns an empty string if a value is missing. */
export function times(value: number | undefined, of: number | undefined): string {
  if (value === undefined || of === undefined) return "";
  const ratio = value / of;
  if (Number.isNaN(ratio)) return "";
  return `${ratio < 0.1 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)} ×`;
}
