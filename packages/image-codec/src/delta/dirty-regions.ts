import type { ImageRegion } from "../sample/image-sample.ts";
import { blockSize, type DirtyBlocks } from "./dirty-blocks.ts";

/**
 * What a region of its own must spare, in blocks. An encoder's call, and a JPEG's tables, cost as much as about
 * this many blocks do.
 */
const costOfRegion = 48;

/** More regions than this are never made. */
const maxRegions = 16;

/**
 * Few disjoint rectangles of whole blocks that cover every dirty one, cut off at the picture's edges.
 * It starts with one around everything, and cuts the one with most clean blocks in two as long as that spares enough.
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

/** Two boxes that hold all that is dirty in one; `undefined` if it had better stay whole. */
function cut(box: DirtyBox): readonly [Box, Box] | undefined {
  const { left, top, area, waste, columnSpans, rowSpans } = box;
  const column = bestCut(columnSpans);
  const row = bestCut(rowSpans);
  if (Math.min(column.area, row.area) + costOfRegion <= area) {
    return column.area < row.area ? cutAtColumn(box, left + column.at) : cutAtRow(box, top + row.at);
  }
  // No single cut spares anything where the edges are dirty all around, a window's frame, say; several cuts do.
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

/** Where to cut so that what is dirty before and after the cut fits into boxes of the smallest area. */
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

/** For each place to cut at, the area of the box around what is dirty before it. The first span is not empty. */
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

/** A rectangle of blocks; right and bottom are the first ones that do not belong to it. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A box that touches a dirty block on each side, and where in it the dirty ones lie. */
interface DirtyBox extends Box {
  readonly area: number;
  /** Clean blocks in it. */
  readonly waste: number;
  /** For each column from `left` on, the rows from its first dirty block to behind its last one. */
  readonly columnSpans: readonly Span[];
  /** For each row from `top` on, the columns from its first dirty block to behind its last one. */
  readonly rowSpans: readonly Span[];
}

/** Blocks in a row or column; an empty span ends before it begins. */
interface Span {
  from: number;
  to: number;
}

/** Shrinks a box to the dirty blocks in it, of which there is at least one. */
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

/** A span to be widened. */
function emptySpan(): Span {
  return { from: Number.POSITIVE_INFINITY, to: 0 };
}

/** Makes a span hold another one, too. */
function widen(span: Span, from: number, to: number): void {
  span.from = Math.min(span.from, from);
  span.to = Math.max(span.to, to);
}

function joined(spans: readonly Span[]): Span {
  const all = emptySpan();
  for (const { from, to } of spans) widen(all, from, to);
  return all;
}
