/**
 * The style sheet of the element's shadow root. Its comments are here, because the bundle contains the text as it is: the ring
 * has two colours, to be visible over bright and dark frames. Only the dimming of the canvas is gradual, so that a new frame is
 * shown in its own colours at once.
 */
export const styles = `
:host {
  --_text: var(--broadcast-view-text, light-dark(#172033, #eef1f8));
  --_dim: var(--broadcast-view-dim, light-dark(#505b73, #a6afc3));
  --_surface: var(--broadcast-view-surface, light-dark(#ffffffeb, #161b28eb));
  --_line: var(--broadcast-view-line, light-dark(#17203324, #ffffff24));
  --_accent: var(--broadcast-view-accent, light-dark(#0b57d0, #a8c7fa));
  --_good: light-dark(#07794a, #46dc9a);
  --_warn: light-dark(#a06200, #ffc35c);
  --_bad: light-dark(#b92522, #ff7d7a);
  --_shadow: 0 12px 40px light-dark(#1b274533, #0000008c);
  --_ratio: 1.7778;
  position: relative;
  display: block;
  min-width: 0;
  aspect-ratio: var(--_ratio);
  overflow: hidden;
  contain: layout paint;
  color: var(--_text);
  font: 400 14px/1.4 var(--broadcast-view-font, ui-sans-serif, system-ui, sans-serif);
  background: var(--broadcast-view-background, light-dark(#e6eaf1, #0c0f16));
}
@supports not (color: light-dark(#000, #fff)) {
  :host {
    --_text: #eef1f8; --_dim: #a6afc3; --_surface: #161b28eb; --_line: #ffffff24; --_accent: #a8c7fa;
    --_good: #46dc9a; --_warn: #ffc35c; --_bad: #ff7d7a; --_shadow: 0 12px 40px #0000008c;
    background: #0c0f16;
  }
}
:host([hidden]) { display: none; }
:host(:fullscreen) { width: 100%; height: 100%; aspect-ratio: auto; background: #000; }
.stage {
  position: absolute;
  inset: 0;
  display: grid;
  grid-template: 100% / 100%;
  place-items: center;
  overflow: hidden;
  container-type: size;
}
.fitted {
  grid-area: 1 / 1;
  position: relative;
  width: min(100cqw, 100cqh * var(--_ratio));
  aspect-ratio: var(--_ratio);
}
[data-fit="cover"] .fitted { width: max(100cqw, 100cqh * var(--_ratio)); }
[data-fit="fill"] .fitted { width: 100%; height: 100%; aspect-ratio: auto; }
[data-fit="none"] .fitted { width: var(--_width); }
canvas { display: block; width: 100%; height: 100%; outline: none; }
.stage[data-empty] canvas { opacity: 0; }
.stage:not([data-state="live"], [data-state="still"]) canvas {
  filter: grayscale(1) brightness(0.42);
}
.stage[data-control="possible"] canvas { cursor: pointer; }
.stage[data-control="yours"] canvas { touch-action: none; }
.ring { position: absolute; inset: 0; pointer-events: none; }
.fitted:has(canvas:focus-visible) ~ .ring, .stage[data-control="yours"] > .ring {
  box-shadow: inset 0 0 0 2px var(--broadcast-view-accent, #2f7cf6), inset 0 0 0 3px #0006;
}
.layer, slot { position: absolute; inset: 0; display: block; pointer-events: none; }
.layer > *, ::slotted(*) { pointer-events: auto; }
.notice, .hint {
  position: relative;
  grid-area: 1 / 1;
  box-sizing: border-box;
  margin: 0;
  color: var(--_text);
  background: var(--_surface);
  border: 1px solid var(--_line);
  backdrop-filter: blur(14px);
  pointer-events: none;
}
.notice {
  display: grid;
  grid-template-columns: auto auto;
  gap: 2px 10px;
  align-items: center;
  justify-content: center;
  max-width: min(94%, 460px);
  padding: 13px 20px 13px 18px;
  text-wrap: pretty;
  border-radius: var(--broadcast-view-radius, 13px);
  box-shadow: var(--_shadow);
}
.notice .lamp { width: 8px; height: 8px; border-radius: 50%; background: var(--_lamp, var(--_dim)); }
.notice .heading { font-weight: 600; }
.notice .time { margin-left: 8px; font-weight: 400; color: var(--_dim); font-variant-numeric: tabular-nums; }
.notice .heading:has(.name:empty) { display: none; }
.notice .time:empty { display: none; }
.notice .reason { grid-column: 2; color: var(--_dim); }
.notice .heading:has(.name:empty) + .reason { color: var(--_text); }
.stage:is([data-state="live"], [data-state="still"], [data-state="idle"]) .notice { display: none; }
[data-state="live"] { --_lamp: var(--_good); }
[data-state="interrupted"], [data-state="lost"] { --_lamp: var(--_warn); }
[data-state="refused"] { --_lamp: var(--_bad); }
[data-state="connecting"] .lamp {
  width: 14px; height: 14px;
  background: none;
  border: 2px solid var(--_line);
  border-top-color: var(--_accent);
}
.hint {
  align-self: end;
  max-width: 94%;
  margin-bottom: max(10px, 2.4cqh);
  padding: 5px 13px;
  font-size: 13px;
  text-align: center;
  text-wrap: balance;
  border-radius: 15px;
  box-shadow: 0 2px 10px #0003;
}
.keys {
  position: absolute;
  right: 10px;
  bottom: 10px;
  display: none;
  width: 44px;
  height: 44px;
  padding: 10px;
  color: var(--_text);
  background: var(--_surface);
  border: 1px solid var(--_line);
  border-radius: 50%;
  box-shadow: 0 2px 10px #0003;
}
.keys[aria-pressed="true"] { color: var(--_accent); }
.keys svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.stage:is([data-state="live"], [data-state="still"])[data-touch][data-control="yours"] .keys { display: block; }
.close {
  position: absolute;
  top: 10px;
  right: 10px;
  display: none;
  padding: 6px 14px;
  font: inherit;
  font-size: 13px;
  color: var(--_text);
  background: var(--_surface);
  border: 1px solid var(--_line);
  border-radius: 99px;
  box-shadow: 0 2px 10px #0003;
}
.stage:is([data-state="live"], [data-state="still"])[data-popup][data-control="yours"] .close { display: block; }
.stage[data-touch][data-control="yours"] .hint { margin-right: 62px; justify-self: end; max-width: calc(100% - 76px); }
.stage[data-touch][data-control="yours"] .toasts { right: 66px; }
.hint:empty, .stage:not([data-state="live"], [data-state="still"]) .hint { display: none; }
.stage:not([data-state="live"], [data-state="still"]) .toasts { display: none; }
.hint:is([data-faded], [data-aside]), .stage:has(.toast, .card) .hint { opacity: 0; }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@container (max-width: 300px) or (max-height: 150px) {
  .notice { padding: 6px 11px; font-size: 12px; }
  .notice .heading:not(:has(.name:empty)) + .reason { display: none; }
  .hint { padding: 2px 9px; margin-bottom: 5px; font-size: 11px; }
}
@media (prefers-reduced-motion: no-preference) {
  .stage:not([data-state="live"], [data-state="still"]) canvas { transition: filter 0.35s; }
  .hint { transition: opacity 0.35s; }
  [data-state="connecting"] .lamp { animation: turn 0.9s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }
}
@media (forced-colors: active) {
  .ring { forced-color-adjust: none; }
}
`;
