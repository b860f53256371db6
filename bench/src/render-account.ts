import type { LiveResult } from "./live/run-live.ts";

/**
 * Renders how the counts of an uploader and its receiver add up, as one line of Markdown. Returns `undefined` for a lane
 * without these counts.
 */
export function renderAccount(name: string, { source, consumer }: LiveResult): string | undefined {
  const video = source.stats?.video;
  const received = consumer.stats?.video;
  if (!video || !received) return undefined;
  const { captured, pending, sent, replaced, unwanted, failed, closed } = video;
  const sums = [
    sum("captured", captured, { sent, replaced, unwanted, failed, closed, pending }),
    sum("encoded", video.encoded, { sent, failed }),
    sum("sent", sent, { received: received.received }),
    sum("received", received.received, {
      consumed: received.consumed,
      undecodable: received.undecodable,
      dropped: received.dropped,
      pending: received.pending,
    }),
    sum("delivered", consumer.delivered, {
      consumed: received.consumed,
      held: consumer.delivered - received.consumed,
    }),
    sum("offered", source.offered, { captured }),
    sum("offered", source.offered, { "given back": source.givenBack }),
  ];
  const ratio = (video.encoded / consumer.delivered).toFixed(2);
  return `- ${name}: ${sums.join("; ")}. ${ratio} encodes per delivery.`;
}

/** Renders an equation that shows whether the parts add up to the value. */
function sum(whole: string, value: number, parts: Readonly<Record<string, number>>): string {
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const named = Object.entries(parts)
    .filter(([, part], _, all) => part !== 0 || all.length === 1)
    .map(([name, part]) => `${part} ${name}`)
    .join(" + ");
  return `${value} ${whole} ${total === value ? "=" : "**≠**"} ${named || "0"}`;
}
