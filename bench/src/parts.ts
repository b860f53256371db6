import { codecPart } from "./codec-part.ts";
import { demoPart } from "./demo-part.ts";
import { lanesPart } from "./lanes-part.ts";
import type { Part } from "./part.ts";
import { pipelinePart } from "./pipeline-part.ts";
import { transportPart } from "./transport-part.ts";

/** All parts, in the order of the page. */
export const parts: readonly Part[] = [transportPart, lanesPart, codecPart, pipelinePart, demoPart];
