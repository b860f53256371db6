import type { DirtyBlocks } from "./dirty-blocks.ts";

/** A rectangle of blocks; right and bottom are the first ones that do not belong to it. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A box that touches a dirty block on each side, and where in it the dirty ones lie. */
export interface DirtyBox extends Box {
  readonly area: number;
  /** Clean blocks in it. */
  readonly waste: number;
  /** For each column from `left` on, the rows from its first dirty block to behind its last one. */
  readonly columnSpans: readonly Span[];
  /** For each row from `top` on, the columns from its first dirty block to behind its last one. */
  readonly rowSpans: readonly Span[];
}

/** Blocks in a row or column; an empty span ends before it begins. */
export interface Span {
  from: number;
  to: number;
}

/** Shrinks a box to the dirty blocks in it, of which there is at least one. */
export function shrinkToDirty({ columns, marks }: DirtyBlocks, { left, top, right, bottom }: Box): DirtyBox {
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
export function emptySpan(): Span {
  return { from: Number.POSITIVE_INFINITY, to: 0 };
}

/** Makes a span hold another one, too. */
export function widen(span: Span, from: number, to: number): void {
  span.from = Math.min(span.from, from);
  span.to = Math.max(span.to, to);
}

function joined(spans: readonly Span[]): Span {
  const all = emptySpan();
  for (const { from, to } of spans) widen(all, from, to);
  return all;
}
