import { fixed, megabytes, table, times } from "./markdown.ts";

/** What was measured of one peer at one size. */
export interface Row {
  readonly peer: string;
  readonly label: string;
  readonly size: number;
  /** Messages a second. */
  readonly perSecond?: number;
  /** Processor time, in seconds for a GB. */
  readonly senderCpu?: number;
  readonly receiverCpu?: number;
  /** Most memory above that before the first message, in bytes. */
  readonly senderMemory?: number;
  readonly receiverMemory?: number;
  /** Of round trips, in µs. */
  readonly p50?: number;
  readonly p99?: number;
}

/** The results in Markdown: a paragraph, and a table for each label. */
export function renderTransport(rows: readonly Row[]): readonly string[] {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const tables = labels.map((label) =>
    renderTable(
      label,
      rows.filter((row) => row.label === label),
    ),
  );
  return ["Two processes each, one unix socket, one direction; medians.", ...tables];
}

function renderTable(label: string, rows: readonly Row[]): string {
  const ours = rows.find(({ peer }) => peer === "broadcast-ipc");
  if (label === "round trip") {
    return table(
      `Round trip, 64 B`,
      ["", "p50 µs", "p99 µs"],
      rows.map(({ peer, p50, p99 }) => [peer, fixed(p50), fixed(p99)]),
    );
  }
  if (label === "stalled reader") {
    const body = rows.map((row) => [row.peer, megabytes(row.senderMemory), megabytes(row.receiverMemory)]);
    const title = "A reader that stops for 10 s, 8.3 MB frames; then every one arrives, in order and intact";
    return table(title, ["", "memory, sender", "receiver"], body);
  }
  const head = [
    "",
    "a second",
    "GB/s",
    "ours is",
    "CPU s/GB, sender",
    "receiver",
    "memory, sender",
    "receiver",
  ];
  const body = rows.map((row) => [
    row.peer,
    Math.round(row.perSecond ?? 0).toLocaleString("en"),
    fixed(((row.perSecond ?? 0) * row.size) / 1e9, 2),
    row === ours ? "" : times(ours?.perSecond, row.perSecond),
    fixed(row.senderCpu, 2),
    fixed(row.receiverCpu, 2),
    megabytes(row.senderMemory),
    megabytes(row.receiverMemory),
  ]);
  return table(label, head, body);
}
