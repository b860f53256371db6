// A process that measures the codec of the tree that contains this file.
import type { Candidate } from "../codec/candidate.ts";
import {
  codecConversionCandidates,
  codecDecodeCandidates,
  codecEncodeCandidates,
  type Size,
} from "../codec/codec-candidates.ts";
import { makeJpeg } from "../codec/make-jpeg.ts";
import { type CandidateResult, measureCandidates } from "../codec/measure-candidates.ts";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { screenFrame } from "../scenes/frames.ts";

/** Parameters of a codec run: the size of the image. */
export interface CodecParameters extends Size {}

/** The results of a codec run. */
export interface CodecReport extends BenchMessage {
  readonly results: readonly CandidateResult[];
}

const quality = 75;

reportFailures();
process.once("disconnect", () => process.exit(1));

const size = JSON.parse(process.argv[2] ?? "") as CodecParameters;
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

/** Replaces "this codec" in the name by a prefix, because no other codec is measured here. */
function withoutPrefix(prefix: string, { name, open }: Candidate): Candidate {
  return { name: `${prefix}${name.replace("this codec, ", "")}`, open };
}
