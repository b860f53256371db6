let sheet: CSSStyleSheet | undefined;

/**
 * Returns the style sheet of the pop-ups. A constructed style sheet is allowed under a strict CSP. System colors follow
 * `color-scheme`, so the pop-ups are light or dark as the viewer's page is.
 */
export function popupStyle(): CSSStyleSheet {
  if (sheet !== undefined) return sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`
.popups {
  --accent: var(--broadcast-view-accent, #0b57d0); --on-accent: var(--broadcast-view-on-accent, #fff);
  --surface: Canvas;
  --line: color-mix(in srgb, CanvasText 18%, transparent);
  --soft: color-mix(in srgb, CanvasText 9%, transparent);
  --quiet: color-mix(in srgb, CanvasText 72%, Canvas);
  position: absolute; inset: 0; pointer-events: none; font: 14px/1.45 system-ui, sans-serif;
}
@supports (color: light-dark(#000, #fff)) {
  .popups {
    --accent: var(--broadcast-view-accent, light-dark(#0b57d0, #a8c7fa));
    --on-accent: var(--broadcast-view-on-accent, light-dark(#fff, #062e6f));
    --surface: light-dark(#fff, #23262b);
  }
}
.popups * { box-sizing: border-box; }
.cover { position: absolute; inset: 0; pointer-events: auto; touch-action: none; }
.dim { background: rgb(0 0 0 / 45%); }
.card {
  position: fixed; inset: auto; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 12px;
  display: flex; flex-direction: column; max-width: calc(100vw - 16px); max-height: calc(100dvh - 16px);
  overflow: hidden; outline: 0; pointer-events: auto; color: CanvasText; background: var(--surface);
  box-shadow: 0 1px 3px rgb(0 0 0 / 20%), 0 12px 32px rgb(0 0 0 / 28%); -webkit-text-size-adjust: 100%;
}
.dialog { width: 400px; gap: 12px; padding: 20px; }
.title { margin: 0; font-size: 16px; line-height: 1.3; font-weight: 600; }
.message {
  margin: 0; flex: 0 1 auto; min-height: 1.45em; max-height: 240px; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; outline-offset: 2px;
}
.message:empty { display: none; }
.note { margin: 0; font-size: 12.5px; color: var(--quiet); font-variant-numeric: tabular-nums; }
.buttons { display: flex; justify-content: flex-end; gap: 8px; flex: none; }
.aside { margin-right: auto; }
.popups button {
  min-width: 76px; min-height: 36px; padding: 0 16px; border: 1px solid var(--line); border-radius: 8px; font: inherit;
  font-weight: 500; color: CanvasText; background: transparent; cursor: pointer; touch-action: manipulation;
}
.popups button:hover { background: var(--soft); }
.popups button.main { border-color: transparent; color: var(--on-accent); background: var(--accent); }
.popups button.main:hover { background: color-mix(in srgb, var(--accent) 88%, CanvasText); }
.popups :is(button, input, .list, .message):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.popups input {
  width: 100%; min-height: 38px; padding: 0 10px; border: 1px solid color-mix(in srgb, CanvasText 45%, transparent);
  border-radius: 8px; font: 16px/1.3 system-ui, sans-serif; color: CanvasText; background: Canvas; accent-color: var(--accent);
}
.popups input[type="color"] { padding: 4px; height: 48px; cursor: pointer; }
.picker { min-width: 140px; }
.list { position: relative; max-height: 320px; overflow: auto; overscroll-behavior: contain; padding: 4px; }
.popups .list:focus-visible { outline-offset: -2px; border-radius: 12px; }
[role="option"] {
  padding: 5px 12px 5px 30px; border-radius: 8px; cursor: default; overflow-wrap: anywhere; position: relative;
}
[role="group"] > [role="option"] { padding-left: 38px; }
.group { padding: 8px 12px 2px; font-size: 12px; font-weight: 600; color: var(--quiet); overflow-wrap: anywhere; }
[role="option"].active { background: var(--soft); }
[role="option"][aria-disabled="true"] { color: color-mix(in srgb, CanvasText 55%, Canvas); }
[role="option"][aria-selected="true"] { font-weight: 600; }
[role="option"][aria-selected="true"]::before {
  content: ""; position: absolute; left: 12px; top: .62em; width: 5px; height: 10px; border: solid var(--accent);
  border-width: 0 2px 2px 0; transform: rotate(42deg);
}
[role="group"] > [aria-selected="true"]::before { left: 20px; }
.picker > .buttons, .picker > .note { padding: 10px 12px; border-top: 1px solid var(--line); }
.value { display: flex; flex-direction: column; gap: 6px; padding: 14px 14px 12px; font-weight: 600; min-width: 260px; }
.toasts {
  position: absolute; inset: auto 12px 12px; display: flex; flex-direction: column; align-items: center; gap: 8px;
}
.toast {
  display: flex; align-items: center; gap: 4px; max-width: 100%; padding: 4px 4px 4px 14px; border-radius: 10px;
  color: #f3f4f6; background: rgb(24 27 32 / 94%); box-shadow: 0 2px 12px rgb(0 0 0 / 35%); pointer-events: auto;
  border: 1px solid rgb(255 255 255 / 14%); overflow-wrap: anywhere;
}
.popups .toast button {
  min-width: 36px; padding: 0; border: 0; font-size: 18px; color: inherit; line-height: 1;
}
.popups .toast button:hover { background: rgb(255 255 255 / 14%); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (pointer: coarse) {
  [role="option"] { padding-block: 10px; }
  [role="option"][aria-selected="true"]::before { top: .97em; }
  .popups button { min-height: 44px; }
}
@media (prefers-reduced-motion: no-preference) {
  .card { animation: appear 120ms ease-out; }
  @keyframes appear { from { opacity: 0; transform: translateY(4px); } }
}
@media (forced-colors: active) {
  [role="option"].active { outline: 2px solid Highlight; outline-offset: -2px; }
}`);
  return sheet;
}
