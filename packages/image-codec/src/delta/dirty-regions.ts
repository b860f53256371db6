import type { ImageRegion } from "../sample/image-sample.ts";
import { blockSize, type DirtyBlocks } from "./dirty-blocks.ts";

/**
 * Minimum number of blocks that a cut must save. An additional region costs about as much as this many blocks, because
 * it needs another call of the encoder and another set of JPEG tables.
 */
const costOfRegion = 48;

/** Maximum number of regions in a delta. */
const maxRegions = 16;

/**
 * Covers all changed blocks with a few disjoint rectangles of whole blocks, clipped to the image.
 * Starts with one rectangle around all changed blocks. Repeatedly cuts the rectangle with the most unchanged blocks in
 * two, as long as the cut saves enough.
 */
export function dirtyRegions(blocks: DirtyBlocks, codedWidth: number, codedHeight: number): ImageRegion[] {
  if (blocks.count === 0) return [];
  const whole = { left: 0, top: 0, right: blocks.columns, bottom: blocks.rows };
  const open = [shrinkToDirty(blocks, whole)];
  const done: DirtyBox[] = [];
  while (open.length + done.length < maxRegions) {
    open.sort((a, b) => a.waste - b.waste);
    const box = open.pop();
    if (!box) break;
    const halves = cut(box);
    if (halves) open.push(...halves.map((half) => shrinkToDirty(blocks, half)));
    else done.push(box);
  }
  return [...open, ...done].map((box) => regionOf(box, codedWidth, codedHeight));
}

function regionOf({ left, top, right, bottom }: Box, codedWidth: number, codedHeight: number): ImageRegion {
  const x = left * blockSize;
  const y = top * blockSize;
  const width = Math.min(right * blockSize, codedWidth) - x;
  const height = Math.min(bottom * blockSize, codedHeight) - y;
  return { x, y, width, height };
}

/** Cuts a box in two. Returns `undefined` if no cut saves enough. */
function cut(box: DirtyBox): readonly [Box, Box] | undefined {
  const { left, top, area, waste, columnSpans, rowSpans } = box;
  const column = bestCut(columnSpans);
  const row = bestCut(rowSpans);
  if (Math.min(column.area, row.area) + costOfRegion <= area) {
    return column.area < row.area ? cutAtColumn(box, left + column.at) : cutAtRow(box, top + row.at);
  }
  // If all edges changed, as in a window frame, a single cut saves nothing, but several cuts do.
  if (waste * 2 <= area || area < costOfRegion * 4) return undefined;
  return columnSpans.length > rowSpans.length
    ? cutAtColumn(box, left + (columnSpans.length >>> 1))
    : cutAtRow(box, top + (rowSpans.length >>> 1));
}

function cutAtColumn(box: Box, x: number): readonly [Box, Box] {
  return [
    { ...box, right: x },
    { ...box, left: x },
  ];
}

function cutAtRow(box: Box, y: number): readonly [Box, Box] {
  return [
    { ...box, bottom: y },
    { ...box, top: y },
  ];
}

/** Finds the cut that minimizes the total area of the two boxes around the changed blocks. */
function bestCut(spans: readonly Span[]): { readonly at: number; readonly area: number } {
  const before = areasBefore(spans);
  const after = areasBefore([...spans].reverse()).reverse();
  let best = { at: 0, area: Number.POSITIVE_INFINITY };
  for (let at = 1; at < spans.length; at++) {
    const area = (before[at] as number) + (after[at] as number);
    if (area < best.area) best = { at, area };
  }
  return best;
}

/**
 * Returns, for each possible cut, the area of the box around the changed blocks before the cut. The first span must not
 * be empty.
 */
function areasBefore(spans: readonly Span[]): number[] {
  const box = emptySpan();
  let area = 0;
  const areas = spans.map(({ from, to }, index) => {
    const before = area;
    widen(box, from, to);
    if (from < to) area = (index + 1) * (box.to - box.from);
    return before;
  });
  return [...areas, area];
}

/** A rectangle of blocks. `right` and `bottom` are exclusive. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A box with at least one changed block at each edge, and the spans of its changed blocks. */
interface DirtyBox extends Box {
  readonly area: number;
  /** Number of unchanged blocks in the box. */
  readonly waste: number;
  /** For each column from `left`, the rows from its first changed block to its last one. */
  readonly columnSpans: readonly Span[];
  /** For each row from `top`, the columns from its first changed block to its last one. */
  readonly rowSpans: readonly Span[];
}

/** Blocks in a row or column. `to` is exclusive. In an empty span, `to` is less than `from`. */
interface Span {
  from: number;
  to: number;
}

/** Shrinks a box to its changed blocks. The box must contain at least one changed block. */
function shrinkToDirty({ columns, marks }: DirtyBlocks, { left, top, right, bottom }: Box): DirtyBox {
  const columnSpans = Array.from({ length: right - left }, emptySpan);
  const rowSpans = Array.from({ length: bottom - top }, emptySpan);
  let dirty = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (marks[y * columns + x] !== 1) continue;
      dirty++;
      widen(columnSpans[x - left] as Span, y, y + 1);
      widen(rowSpans[y - top] as Span, x, x + 1);
    }
  }
  const across = joined(rowSpans);
  const down = joined(columnSpans);
  const area = (across.to - across.from) * (down.to - down.from);
  return {
    left: across.from,
    right: across.to,
    top: down.from,
    bottom: down.to,
    area,
    waste: area - dirty,
    columnSpans: columnSpans.slice(across.from - left, across.to - left),
    rowSpans: rowSpans.slice(down.from - top, down.to - top),
  };
}

function emptySpan(): Span {
  return { from: Number.POSITIVE_INFINITY, to: 0 };
}

/** Extends a span to include another one. */
function widen(span: Span, from: number, to: number): void {
  span.from = Math.min(span.from, from);
  span.to = Math.max(span.to, to);
}

function joined(spans: readonly Span[]): Span {
  const all = emptySpan();
  for (const { from, to } of spans) widen(all, from, to);
  return all;
}
