import type { SourceFigures } from "./page/app-messages.ts";
import { formatBytes, formatCount } from "./report.ts";

/** What the status line tells while a source is open. */
export interface RunStatus {
  /** Description of the source. */
  readonly source: string;
  /** Size of the last frame; `undefined` before the first one. */
  readonly size: string | undefined;
  /** `undefined` before the first frame. */
  readonly figures: SourceFigures | undefined;
  /** Whether a frame has arrived in the last seconds. */
  readonly isMoving: boolean;
  /** Viewers of the page; `undefined` without the page. */
  readonly viewers: number | undefined;
  /** Whether the app process wants frames: for a viewer whose page is not hidden, or for a result. */
  readonly isWanted: boolean;
  /** CPU time of each process as a share of one core; `null` if unknown. */
  readonly cpu: { readonly app: number | null; readonly capture: number | null };
  /** Seconds in the current recording; `undefined` while nothing is recorded. */
  readonly recorded: number | undefined;
  /** Description of what is published; `undefined` without LiveKit. */
  readonly published: string | undefined;
  /** Address of the page. */
  readonly url: string | undefined;
}

/** Returns the parts of the status line, the most important one first. */
export function statusParts(run: RunStatus): readonly string[] {
  const { source, size, figures, recorded, published, url } = run;
  const frame = size && figures ? `${source} ${size} ${figures.encoding}` : source;
  return [
    frame,
    ...audience(run),
    ...(recorded === undefined ? [] : [`recording, ${recorded.toFixed(1)} s`]),
    ...(run.isWanted ? activity(run) : []),
    ...(published === undefined ? [] : [published]),
    ...(url === undefined ? [] : [url]),
  ];
}

/** Says how many viewers the page has, and if nothing is captured because nobody watches. */
function audience({ viewers, isWanted, recorded, published }: RunStatus): readonly string[] {
  if (viewers === undefined) return [];
  const count = viewers === 0 ? "no viewer" : formatCount(viewers, "viewer");
  if (isWanted) return [count];
  const hidden = viewers === 0 ? "" : viewers === 1 ? ", whose page is hidden" : ", whose pages are hidden";
  const isIdle = recorded === undefined && published === undefined;
  return [`${count}${hidden}${isIdle ? ": nothing is captured" : ""}`];
}

function activity({ figures, isMoving, cpu }: RunStatus): readonly string[] {
  if (!figures) return ["waiting for the first frame"];
  const { framesPerSecond, bytesPerSecond, replaced, age } = figures;
  return [
    ...(isMoving
      ? [
          `${framesPerSecond.toFixed(1).padStart(5)} fps`,
          age ? `median age ${age.p50.toFixed(1)} ms` : "age unknown",
          `${formatBytes(bytesPerSecond)}/s`,
        ]
      : ["nothing moves"]),
    `${formatCount(replaced, "frame")} replaced`,
    `CPU app ${inPercent(cpu.app)}, capture ${inPercent(cpu.capture)}`,
  ];
}

function inPercent(share: number | null): string {
  return share === null ? "unknown" : `${(share * 100).toFixed(0)} %`;
}
