import { type Demand, parseReceiverMessage } from "@broadcast-ipc/protocol";

/** The demand as the uploader will see it, without what is `undefined`; throws a RangeError that names what is wrong. */
export function checkDemand(demand: Demand): Demand {
  if (typeof demand !== "object" || demand === null) throw new RangeError("demand must be { video, audio }");
  const { video, audio } = demand;
  const wish = { type: "demand", video: withoutUndefined(video), audio: withoutUndefined(audio) };
  try {
    const { video, audio } = parseReceiverMessage(wish) as Demand;
    return { video, audio };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message.replace("demand message, ", "demand.") : "demand";
    throw new RangeError(what, { cause });
  }
}

function withoutUndefined(fields: unknown): unknown {
  if (typeof fields !== "object" || fields === null) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
