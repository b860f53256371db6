import type { Rotation } from "@broadcast-ipc/image-codec";
import { applyRotation, type Box, fitFrame, type Place, undoRotation } from "./frame-place.ts";

/** A rectangle in the unrotated frame, as in a `PickerNotice`. 1 is the width or height of the frame. */
export interface FrameArea extends Place {
  readonly width: number;
  readonly height: number;
}

/** A position in the unrotated frame. */
export interface FramePlace extends Place {
  /** False if the pointer is outside the frame. The position is then the nearest one in the visible frame. */
  readonly isInside: boolean;
}

/**
 * Converts between positions in the window and positions in the frame. Considers `object-fit`, `object-position`,
 * borders, padding, scaling and rotation of the frame, but not CSS transforms that rotate or skew the canvas.
 */
export class FrameGeometry {
  /** The rotation with which the frame is drawn on the canvas. */
  rotation: Rotation = 0;
  readonly #canvas: HTMLCanvasElement;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** Returns the position in the frame of a mouse or pointer event. */
  placeOf({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): FramePlace {
    const { content, frame } = this.#boxes();
    const left = Math.max(content.left, frame.left);
    const top = Math.max(content.top, frame.top);
    const right = Math.min(content.left + content.width, frame.left + frame.width);
    const bottom = Math.min(content.top + content.height, frame.top + frame.height);
    const place = {
      x: share(clamp(clientX, left, right) - frame.left, frame.width),
      y: share(clamp(clientY, top, bottom) - frame.top, frame.height),
    };
    const isInside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
    return { ...undoRotation(this.rotation, place), isInside };
  }

  /** Returns where an area of the frame is in the window, in CSS pixels. */
  boxOf({ x, y, width, height }: FrameArea): Box {
    const { frame } = this.#boxes();
    const start = applyRotation(this.rotation, { x, y });
    const end = applyRotation(this.rotation, { x: x + width, y: y + height });
    return {
      left: frame.left + Math.min(start.x, end.x) * frame.width,
      top: frame.top + Math.min(start.y, end.y) * frame.height,
      width: Math.abs(end.x - start.x) * frame.width,
      height: Math.abs(end.y - start.y) * frame.height,
    };
  }

  #boxes(): { content: Box; frame: Box } {
    const canvas = this.#canvas;
    const rect = canvas.getBoundingClientRect();
    const style = getComputedStyle(canvas);
    const [scaleX, scaleY] = [
      scaleOf(rect.width, canvas.offsetWidth),
      scaleOf(rect.height, canvas.offsetHeight),
    ];
    const edge = (side: string) =>
      pixels(style.getPropertyValue(`border-${side}-width`)) +
      pixels(style.getPropertyValue(`padding-${side}`));
    const [left, top] = [edge("left") * scaleX, edge("top") * scaleY];
    const content = {
      left: rect.left + left,
      top: rect.top + top,
      width: Math.max(0, rect.width - left - edge("right") * scaleX),
      height: Math.max(0, rect.height - top - edge("bottom") * scaleY),
    };
    const { width, height } = canvas;
    const { objectFit: fit, objectPosition: position } = style;
    return { content, frame: fitFrame(content, { width, height, fit, position, scale: scaleX }) };
  }
}

function pixels(value: string): number {
  return Number.parseFloat(value) || 0;
}

function scaleOf(shown: number, layout: number): number {
  // offsetWidth is rounded. A ratio this close to 1 is a rounding error.
  const scale = layout > 0 ? shown / layout : 1;
  return Math.abs(shown - layout) < 0.51 ? 1 : scale;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function share(distance: number, size: number): number {
  return size > 0 ? clamp(distance / size, 0, 1) : 0;
}
