import {
  type AudioDemand,
  type Demand,
  parseReceiverMessage,
  type VideoDemand,
} from "@broadcast-ipc/protocol";

/** A change of the demand. A present field is replaced as a whole. An absent or `undefined` field stays unchanged. */
export interface DemandChange {
  /** The new video settings; `null` turns video off. */
  readonly video?: VideoDemand | null | undefined;
  /** `{}` turns audio on, `null` turns it off. */
  readonly audio?: AudioDemand | null | undefined;
}

/** Applies a change to a demand. Throws a RangeError that names an invalid field. */
export function changeDemand(demand: Demand, change: DemandChange): Demand {
  requireObject(change);
  const { video = demand.video, audio = demand.audio } = change;
  return checkDemand({ video, audio });
}

/** Returns a copy of the demand without unknown and `undefined` fields. Throws a RangeError that names an invalid field. */
export function checkDemand(demand: Demand): Demand {
  requireObject(demand);
  const { video, audio } = demand;
  const message = { type: "demand", video: withoutUndefined(video), audio: withoutUndefined(audio) };
  try {
    const { video, audio } = parseReceiverMessage(message) as Demand;
    return { video, audio };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(text.replace("demand message, ", "demand."), { cause });
  }
}

function requireObject(demand: unknown): void {
  if (typeof demand === "object" && demand !== null) return;
  throw new RangeError(`demand must be an object with the fields video and audio, got ${String(demand)}`);
}

function withoutUndefined(fields: unknown): unknown {
  if (typeof fields !== "object" || fields === null) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
