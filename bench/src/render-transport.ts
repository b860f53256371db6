import { fixed, megabytes, rowName, table, times } from "./markdown.ts";

/** The measurements of one peer at one size. */
export interface Row {
  readonly peer: string;
  readonly label: string;
  readonly size: number;
  /** Messages per second. */
  readonly perSecond?: number;
  /** CPU seconds per GB. */
  readonly senderCpu?: number;
  readonly receiverCpu?: number;
  /** Growth of memory from before the first message to the peak, in bytes. */
  readonly senderMemory?: number;
  readonly receiverMemory?: number;
  /** Percentiles of the round-trip duration, in µs. */
  readonly p50?: number;
  readonly p99?: number;
  /** Reason of the failure, if the peer was not measured in all runs. */
  readonly failure?: string;
}

const explanation = `Two processes each, one unix socket, one direction; medians. A row that failed gives the reason, and the figures of the runs before the failure.

- In *ws*, the client sends and has to mask each message; in *ws, server sends* nothing is masked. *Corked for each tick* also corks the server's socket while the messages of a tick are written, so that one system call writes all of them.
- node-ipc is measured in two versions: 9.2.1, the last before its sabotaged releases, and 14.0.0.`;

/** Renders the results in Markdown: a paragraph, and a table per label. */
export function renderTransport(rows: readonly Row[]): readonly string[] {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const tables = labels.map((label) =>
    renderTable(
      label,
      rows.filter((row) => row.label === label),
    ),
  );
  return [explanation, ...tables];
}

function renderTable(label: string, rows: readonly Row[]): string {
  const ours = rows.find(({ peer }) => peer === "broadcast-ipc");
  if (label === "round trip") {
    return table(
      `Round trip, 64 B`,
      ["peer", "p50 µs", "p99 µs"],
      rows.map(({ peer, failure, p50, p99 }) => [rowName(peer, failure), fixed(p50), fixed(p99)]),
    );
  }
  if (label === "stalled reader") {
    const body = rows.map((row) => [
      rowName(row.peer, row.failure),
      megabytes(row.senderMemory),
      megabytes(row.receiverMemory),
    ]);
    const title = "A reader that stops for 10 s, messages of 8.3 MB; all of them arrive in order and intact";
    return table(title, ["peer", "memory, sender", "receiver"], body);
  }
  const head = [
    "peer",
    "messages per second",
    "GB/s",
    "broadcast-ipc is",
    "CPU s/GB, sender",
    "receiver",
    "memory, sender",
    "receiver",
  ];
  const body = rows.map((row) => [
    rowName(row.peer, row.failure),
    row.perSecond ? Math.round(row.perSecond).toLocaleString("en") : "",
    fixed(((row.perSecond ?? Number.NaN) * row.size) / 1e9, 2),
    row === ours ? "" : times(ours?.perSecond, row.perSecond),
    fixed(row.senderCpu, 2),
    fixed(row.receiverCpu, 2),
    megabytes(row.senderMemory),
    megabytes(row.receiverMemory),
  ]);
  return table(label, head, body);
}
