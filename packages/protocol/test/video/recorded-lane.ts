import { type UploadOutcome, type VideoDemand, VideoLane } from "../../src/index.ts";

/** A lane of named pictures, and what became of each. */
interface RecordedLane {
  readonly lane: VideoLane<string>;
  readonly offer: (...samples: string[]) => void;
  /** Takes and sends all that there is to send at this time. */
  readonly send: (now?: number) => string[];
  readonly outcomes: Record<string, readonly UploadOutcome[]>;
  readonly released: readonly string[];
}

/** Nothing is known of a receiver yet. */
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
    for (let turn = lane.take(now); turn; turn = lane.take(now)) {
      sent.push(turn.sample);
      lane.finish("sent");
    }
    return sent;
  };
  return { lane, offer, send, outcomes, released };
}

/** A lane whose receiver wants pictures, with credit for this many. */
export function wantedLane(through: number, demand: VideoDemand = {}): RecordedLane {
  const all = recordedLane();
  all.lane.connect();
  all.lane.setDemand(demand);
  all.lane.acknowledge(through, 0);
  return all;
}

/** Another receiver comes, says what it wants, and gives credit for this many. */
export function reconnect(lane: VideoLane<string>, through: number, demand: VideoDemand | null = {}): void {
  lane.connect();
  lane.setDemand(demand);
  lane.acknowledge(through, 0);
}
