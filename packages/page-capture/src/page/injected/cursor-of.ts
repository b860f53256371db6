/**
 * Returns the keyword of the cursor that Chromium shows at a position of the element. The keyword after `url()` is what
 * Chromium shows while it has no image.
 */
export function cursorOf(element: Element, x: number, y: number): string {
  const { cursor, writingMode } = getComputedStyle(element);
  const keyword = cursor.slice(cursor.lastIndexOf(",") + 1).trim();
  if (keyword !== "auto") return keyword;
  if (!isEditable(element) && !isSelectableText(element, x, y)) return "default";
  return writingMode.startsWith("horizontal") ? "text" : "vertical-text";
}

function isEditable(element: Element): boolean {
  return element.matches("input, textarea") || (element instanceof HTMLElement && element.isContentEditable);
}

/** Whether the position is on text that can be selected: Chromium resolves `auto` to `text` there. */
function isSelectableText(element: Element, x: number, y: number): boolean {
  if (getComputedStyle(element).userSelect === "none") return false;
  const root = element.getRootNode();
  const shadowRoots = root instanceof ShadowRoot ? [root] : [];
  const caret = document.caretPositionFromPoint(x, y, { shadowRoots });
  if (!(caret?.offsetNode instanceof Text)) return false;
  // The caret is set into the nearest text, which can be far from the position.
  const range = document.createRange();
  range.setStart(caret.offsetNode, Math.max(0, caret.offset - 1));
  range.setEnd(caret.offsetNode, Math.min(caret.offsetNode.length, caret.offset + 1));
  const isInside = (rect: DOMRect) => x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
  return Array.from(range.getClientRects()).some(isInside);
}
