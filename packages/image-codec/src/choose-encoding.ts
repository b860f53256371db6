import type { CodecEncoding } from "./image-codec-options.ts";

/** An encoding that a picture may travel in. */
export type ChosenEncoding = Exclude<CodecEncoding, "auto">;

const known: readonly string[] = ["raw", "jpeg", "png", "webp", "delta"] satisfies ChosenEncoding[];

/**
 * What to make of an uncompressed picture: the codec's own encoding where the consumer takes it, else the first of
 * the consumer's that is known, else raw. `"auto"` is the cheapest to send that the consumer names itself, else raw,
 * which is the cheapest of all between processes of one machine.
 */
export function chooseEncoding(own: CodecEncoding, encodings: readonly string[] | undefined): ChosenEncoding {
  if (own === "auto") {
    if (encodings?.includes("delta")) return "delta";
    return encodings?.includes("jpeg") ? "jpeg" : "raw";
  }
  if (takes(encodings, own)) return own;
  return encodings?.find(isKnown) ?? "raw";
}

/** Whether a consumer that names these takes this one. */
export function takes(encodings: readonly string[] | undefined, encoding: string): boolean {
  return encodings === undefined || encodings.includes(encoding);
}

function isKnown(encoding: string): encoding is ChosenEncoding {
  return known.includes(encoding);
}
