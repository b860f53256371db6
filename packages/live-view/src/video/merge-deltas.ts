import type { DeltaImageMetadata, DeltaRegion } from "@broadcast-ipc/image-codec";

/** One delta of a stream of deltas. */
export interface DeltaLink {
  readonly metadata: DeltaImageMetadata;
  readonly data: Uint8Array;
}

/** Maximum number of regions in a delta, see the README of image-codec. */
const maxRegions = 256;

interface PlacedRegion {
  readonly region: DeltaRegion;
  readonly bytes: Uint8Array;
}

/**
 * Combines deltas that follow each other into one delta, without encoding anything: regions are drawn in order, so later
 * ones cover earlier ones. Returns `undefined` if the result would not be a valid delta or would exceed `maxBytes`.
 */
export function mergeDeltas(links: readonly DeltaLink[], maxBytes: number): DeltaLink | undefined {
  const first = links.at(0);
  const last = links.at(-1);
  if (!first || !last || first.metadata.delta.base === undefined) return undefined;
  if (first === last) return first;
  let placed: PlacedRegion[] = [];
  for (const { metadata, data } of links) {
    const added = regionsOf(metadata, data);
    placed = placed.filter(({ region }) => !added.some((other) => covers(other.region, region)));
    placed.push(...added);
    if (placed.length > maxRegions) return undefined;
  }
  const regions = placed.map(({ region }) => region);
  const { codedWidth, codedHeight, delta } = last.metadata;
  const area = regions.reduce((sum, { width, height }) => sum + width * height, 0);
  const bytes = regions.reduce((sum, region) => sum + region.bytes, 0);
  if (area > codedWidth * codedHeight || bytes > maxBytes) return undefined;
  return {
    metadata: { ...last.metadata, delta: { ...delta, base: first.metadata.delta.base, regions } },
    data: Buffer.concat(placed.map((part) => part.bytes)),
  };
}

function regionsOf({ delta }: DeltaImageMetadata, data: Uint8Array): PlacedRegion[] {
  let end = 0;
  return delta.regions.map((region) => {
    end += region.bytes;
    return { region, bytes: data.subarray(end - region.bytes, end) };
  });
}

function covers(outer: DeltaRegion, inner: DeltaRegion): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}
