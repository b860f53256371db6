import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import type { FrameSession } from "./frame-sessions.ts";

/** A rectangle. Where it is relative to a viewport, 1 is the width or height of the viewport. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface BoxModel {
  readonly model: { readonly border: Quad; readonly content: Quad };
}

/** The corners of a box, clockwise from its top left, in CSS pixels. */
type Quad = readonly [number, number, number, number, number, number, number, number];

interface Size {
  readonly clientWidth: number;
  readonly clientHeight: number;
}

interface LayoutMetrics {
  readonly cssLayoutViewport: Size;
  /** The visible part of the window, also if the element is in an iframe. */
  readonly cssVisualViewport: Size & { readonly scale: number };
}

const middle: Place = { x: 0.5, y: 0.5, width: 0, height: 0 };

/** Returns the place of an element of a frame. Returns the middle of the viewport if the element has no place. */
export async function placeOf(frame: FrameSession, objectId: string): Promise<Place> {
  const box = await boxOf(frame.session, { objectId });
  let bounds = box && boundsOf(box.model.border);
  let { session, parent, frameId } = frame;
  while (bounds && parent) {
    bounds = await inParent(bounds, session, parent.session, frameId);
    ({ session, parent, frameId } = parent);
  }
  const metrics = await metricsOf(session);
  if (!bounds || !metrics) return middle;
  const { clientWidth, clientHeight, scale } = metrics.cssVisualViewport;
  return within(bounds, clientWidth * scale, clientHeight * scale);
}

/** Converts a rectangle in the viewport of an iframe to the viewport of its parent. */
async function inParent(
  bounds: Place,
  session: CDPSessionLike,
  parent: CDPSessionLike,
  frameId: string | undefined,
): Promise<Place | undefined> {
  await parent.send("DOM.enable").catch(ignore);
  const owner = await parent.send("DOM.getFrameOwner", { frameId }).catch(ignore);
  const { backendNodeId } = (owner ?? {}) as { readonly backendNodeId?: number };
  const box = backendNodeId === undefined ? undefined : await boxOf(parent, { backendNodeId });
  const metrics = await metricsOf(session);
  if (!box || !metrics) return undefined;
  const outer = boundsOf(box.model.content);
  const inner = within(bounds, metrics.cssLayoutViewport.clientWidth, metrics.cssLayoutViewport.clientHeight);
  return {
    x: outer.x + inner.x * outer.width,
    y: outer.y + inner.y * outer.height,
    width: inner.width * outer.width,
    height: inner.height * outer.height,
  };
}

async function boxOf(session: CDPSessionLike, node: object): Promise<BoxModel | undefined> {
  return (await session.send("DOM.getBoxModel", node).catch(ignore)) as BoxModel | undefined;
}

async function metricsOf(session: CDPSessionLike): Promise<LayoutMetrics | undefined> {
  return (await session.send("Page.getLayoutMetrics").catch(ignore)) as LayoutMetrics | undefined;
}

function boundsOf([x1, y1, x2, y2, x3, y3, x4, y4]: Quad): Place {
  const x = Math.min(x1, x2, x3, x4);
  const y = Math.min(y1, y2, y3, y4);
  return { x, y, width: Math.max(x1, x2, x3, x4) - x, height: Math.max(y1, y2, y3, y4) - y };
}

function within(bounds: Place, width: number, height: number): Place {
  return {
    x: bounds.x / width,
    y: bounds.y / height,
    width: bounds.width / width,
    height: bounds.height / height,
  };
}
