import { type UploadOutcome, type VideoDemand, VideoLane } from "../../src/index.ts";

/** A lane of named frames, with the recorded outcomes and releases. */
interface RecordedLane {
  readonly lane: VideoLane<string>;
  readonly offer: (...samples: string[]) => void;
  /** Takes and finishes all frames that are due at `now`, and returns them. */
  readonly send: (now?: number) => string[];
  readonly outcomes: Record<string, readonly UploadOutcome[]>;
  readonly released: readonly string[];
}

/** Creates a lane without a connection. */
export function recordedLane(): RecordedLane {
  const outcomes: Record<string, readonly UploadOutcome[]> = {};
  const released: string[] = [];
  const lane = new VideoLane<string>((sample) => released.push(sample));
  const offer = (...samples: string[]) => {
    for (const sample of samples) {
      lane.offer(sample, (outcome) => {
        outcomes[sample] = [...(outcomes[sample] ?? []), outcome];
      });
    }
  };
  const send = (now = 0) => {
    const sent: string[] = [];
    for (let scheduled = lane.take(now); scheduled; scheduled = lane.take(now)) {
      sent.push(scheduled.sample);
      lane.finish("sent");
    }
    return sent;
  };
  return { lane, offer, send, outcomes, released };
}

/** Creates a lane with a connection, a demand, and credit for frames up to `through`. */
export function wantedLane(through: number, demand: VideoDemand = {}): RecordedLane {
  const all = recordedLane();
  all.lane.connect();
  all.lane.setDemand(demand);
  all.lane.acknowledge(through, 0);
  return all;
}

/** Starts another connection, with a demand and credit for frames up to `through`. */
export function reconnect(lane: VideoLane<string>, through: number, demand: VideoDemand | null = {}): void {
  lane.connect();
  lane.setDemand(demand);
  lane.acknowledge(through, 0);
}
