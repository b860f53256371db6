import { table } from "../markdown.ts";
import { median } from "../statistics.ts";
import type { ComparedRow } from "./compared-row.ts";

/** Renders the rows of one part as a table in Markdown. */
export function renderComparison(part: string, rows: readonly ComparedRow[]): string {
  const head = ["figure", "better is", "base", "this", "this is", "lowest", "highest", "pairs"];
  return table(part, head, rows.map(renderRow));
}

/** Formats the ratios and failures of a row as one line of progress output. */
export function summaryOf({ name, failures, ratios }: ComparedRow): string {
  const notes = failures.map(([side, reason]) => `${side} failed: ${reason}`);
  if (ratios.length > 0) {
    notes.unshift(
      `${ratio(median(ratios))} (${ratio(Math.min(...ratios))} to ${ratio(Math.max(...ratios))})`,
    );
  }
  return `${name.padEnd(60)} ${notes.join("; ")}`;
}

function renderRow({ name, better, base, current, ratios, failures }: ComparedRow): string[] {
  const cell = (side: "base" | "this", values: readonly number[]) => {
    const reason = failures.find(([failed]) => failed === side)?.[1];
    if (reason !== undefined) return `failed: ${reason.replaceAll("|", "/")}`;
    return values.length > 0 ? figure(median(values)) : "";
  };
  const spread =
    ratios.length > 0 ? [median(ratios), Math.min(...ratios), Math.max(...ratios)].map(ratio) : ["", "", ""];
  return [name, better, cell("base", base), cell("this", current), ...spread, String(ratios.length)];
}

function ratio(value: number): string {
  return `${value.toFixed(3)} ×`;
}

/** Formats a number with four significant digits. */
function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(4)));
}
