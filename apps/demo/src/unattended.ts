import type { DemoOptions } from "./demo-options.ts";

/** Whether the run has a result even if nobody watches, so that frames are captured all the time. */
export function isUnattended({ duration, record, snapshot, json }: DemoOptions): boolean {
  return duration !== undefined || record !== undefined || snapshot !== undefined || json;
}
