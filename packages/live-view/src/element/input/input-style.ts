let sheet: CSSStyleSheet | undefined;

/** Returns the style sheet of an `InputCapture`. A constructed style sheet is allowed under a strict CSP. */
export function inputStyle(): CSSStyleSheet {
  if (sheet !== undefined) return sheet;
  sheet = new CSSStyleSheet();
  // A font of 16 pixels, because iOS zooms in on smaller text fields. The outline can be overridden.
  sheet.replaceSync(`
.keyboard {
  position: fixed; left: 0; top: 0; z-index: -1; width: 1px; height: 1.2em; margin: 0; padding: 0; border: 0;
  opacity: 0; overflow: hidden; resize: none; outline: 0; pointer-events: none; font: 16px/1.2 sans-serif;
}
:where(canvas:focus-visible, canvas[data-control]) {
  outline: 2px solid var(--broadcast-view-accent, #2f7cf6); outline-offset: -2px;
}`);
  return sheet;
}
