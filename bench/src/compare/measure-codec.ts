// A process that measures the codec of its own tree.
import type { Candidate } from "../codec/candidate.ts";
import {
  codecConversionCandidates,
  codecDecodeCandidates,
  codecEncodeCandidates,
  type Size,
} from "../codec/codec-candidates.ts";
import { makeJpeg } from "../codec/make-jpeg.ts";
import { type CandidateResult, measureCandidates } from "../codec/measure-candidates.ts";
import { tellFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { screenFrame } from "../scenes/frames.ts";

/** The order: what to measure. */
export interface CodecOrder extends Size {}

/** The report: what was measured. */
export interface CodecReport extends BenchMessage {
  readonly results: readonly CandidateResult[];
}

const quality = 75;

tellFailures();
process.once("disconnect", () => process.exit(1));

const size = JSON.parse(process.argv[2] ?? "") as CodecOrder;
const frame = screenFrame(size.width, size.height);
const jpeg = await makeJpeg(frame, size, quality);
const results = await measureCandidates([
  ...named("JPEG encode", codecEncodeCandidates(frame, size, quality)),
  ...named("JPEG decode", codecDecodeCandidates(jpeg, size)),
  ...codecConversionCandidates(frame, size).map((candidate) => withoutPrefix("", candidate)),
]);
process.send?.({ type: "measured", results } satisfies CodecReport);

function named(prefix: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.map((candidate) => withoutPrefix(`${prefix} by `, candidate));
}

/** Removes "this codec" from the name, because nothing else is measured here. */
function withoutPrefix(prefix: string, { name, open }: Candidate): Candidate {
  return { name: `${prefix}${name.replace("this codec, ", "")}`, open };
}
