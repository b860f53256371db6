import type { ViewFit } from "../attributes.ts";
import { styles } from "./styles.ts";

const defaultLabel = "Live video";

/** The elements in the shadow root of a `<broadcast-view>`. */
export class ViewParts {
  readonly root: ShadowRoot;
  /** Contains everything else. Its `data-` attributes select the styles. */
  readonly stage: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** Lies exactly over the canvas, for the page's pop-ups. */
  readonly layer: HTMLElement;
  readonly noticeTitle: HTMLElement;
  readonly noticeTime: HTMLElement;
  readonly noticeReason: HTMLElement;
  readonly hint: HTMLElement;
  /** Shows the on-screen keyboard. Visible while a viewer with a touch screen has control. */
  readonly keyboardButton: HTMLButtonElement;
  /** Closes the pop-up that the video shows. Visible while this viewer has control. */
  readonly closeButton: HTMLButtonElement;
  /** A live region that is only read aloud. */
  readonly spoken: HTMLElement;
  readonly #size: CSSStyleSheet = new CSSStyleSheet();
  #shape = "";

  constructor(root: ShadowRoot) {
    this.root = root;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet, this.#size];

    this.canvas = make("canvas", "video", "canvas");
    // The size of a canvas without a frame. The default of 300 x 150 has an unusual aspect ratio.
    this.canvas.width = 16;
    this.canvas.height = 9;
    this.canvas.setAttribute("role", "img");
    this.layer = make("div", "layer");
    const fitted = make("div", "fitted");
    fitted.append(this.canvas, this.layer);

    this.noticeTitle = make("span", "name");
    this.noticeTime = make("span", "time");
    const heading = make("span", "heading");
    heading.append(this.noticeTitle, this.noticeTime);
    this.noticeReason = make("span", "reason");
    const notice = make("div", "notice", "notice");
    // The live region says the same, but without the seconds that pass.
    notice.setAttribute("aria-hidden", "true");
    notice.append(make("span", "lamp"), heading, this.noticeReason);

    this.hint = make("p", "hint", "hint");
    this.hint.id = "hint";
    this.canvas.setAttribute("aria-describedby", "hint");
    this.keyboardButton = make("button", "keys", "keyboard-button");
    this.keyboardButton.type = "button";
    this.keyboardButton.setAttribute("aria-label", "On-screen keyboard");
    this.keyboardButton.append(keyboardIcon());
    this.closeButton = make("button", "close", "close-button");
    this.closeButton.type = "button";
    this.closeButton.textContent = "Close this window";
    this.spoken = make("p", "spoken");
    this.spoken.setAttribute("role", "status");

    this.stage = make("div", "stage", "stage");
    const ring = make("div", "ring");
    this.stage.append(
      fitted,
      ring,
      make("slot", "slot"),
      this.hint,
      this.keyboardButton,
      this.closeButton,
      notice,
      this.spoken,
    );
    this.stage.dataset.state = "idle";
    this.label = null;
    this.isEmpty = true;
    root.append(this.stage);
  }

  /** Sets how the video is fitted into the element. */
  set fit(fit: ViewFit) {
    this.stage.dataset.fit = fit;
  }

  /** Sets the name that screen readers read; `null` for the default. */
  set label(label: string | null) {
    this.canvas.setAttribute("aria-label", label?.trim() || defaultLabel);
  }

  /** Sets whether the canvas shows no frame. */
  set isEmpty(isEmpty: boolean) {
    this.stage.toggleAttribute("data-empty", isEmpty);
  }

  /** Takes the size of the canvas. Without a height of its own, the element has the aspect ratio of the video. */
  resize(): void {
    const { width, height } = this.canvas;
    const shape = `:host{--_ratio:${width / height};--_width:${width / devicePixelRatio}px}`;
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#size.replaceSync(shape);
  }
}

function keyboardIcon(): SVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(namespace, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", "M3 6.5h18v11H3zM6.5 10h.01M10.2 10h.01M13.8 10h.01M17.5 10h.01M8 14h8");
  icon.append(path);
  return icon;
}

function make<N extends keyof HTMLElementTagNameMap>(
  name: N,
  className: string,
  part?: string,
): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  element.className = className;
  if (part !== undefined) element.setAttribute("part", part);
  return element;
}
