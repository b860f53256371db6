import type { DemandMessage } from "../wire/viewer-messages.ts";
import { Attributes, type ViewEncoding, type ViewFit } from "./attributes.ts";
import type { BroadcastViewEventMap } from "./view-events.ts";

/** The events of a `<broadcast-view>`, with those of every element. */
export type ViewEventMap = Omit<HTMLElementEventMap, keyof BroadcastViewEventMap> & BroadcastViewEventMap;

/** Servers that render pages import the module too, and have no HTMLElement. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};

/** The attributes of a `<broadcast-view>` as properties, and the types of its events. */
export class ReflectedElement extends Base {
  /** The attributes, checked. */
  protected readonly attributeValues: Attributes = new Attributes(this);

  /**
   * URL of the live view, relative to the document's; http becomes ws, and https becomes wss. Setting it connects, and
   * setting it again connects again, also after the server has refused this viewer.
   */
  get src(): string {
    return this.getAttribute("src") ?? "";
  }

  set src(value: string) {
    this.setAttribute("src", value);
  }

  /** Whether the viewer can take control, if the server allows it. Default: false. */
  get control(): boolean {
    return this.hasAttribute("control");
  }

  set control(value: boolean) {
    this.toggleAttribute("control", Boolean(value));
  }

  /**
   * Whether audio is off. Default: true. The attribute `muted="false"` turns audio on; without the attribute, audio is
   * off. Browsers play audio only after the viewer has clicked or pressed a key on the page: until then, the element
   * waits, and emits "error" with `ERR_VIEW_AUDIO_BLOCKED`.
   */
  get muted(): boolean {
    return this.getAttribute("muted") !== "false";
  }

  set muted(value: boolean) {
    this.setAttribute("muted", value ? "" : "false");
  }

  /**
   * How frames are encoded: `"auto"` (default) passes compressed frames on and sends raw ones as deltas; `"raw"`,
   * `"jpeg"` and `"delta"` force an encoding.
   */
  get encoding(): ViewEncoding {
    return this.attributeValues.encoding;
  }

  set encoding(value: ViewEncoding) {
    this.setAttribute("encoding", value);
  }

  /** Maximum frames per second. Default: no limit. */
  get maxFps(): number | undefined {
    return this.attributeValues.maxFps;
  }

  set maxFps(value: number | null | undefined) {
    this.#reflect("max-fps", value);
  }

  /** Maximum width of a frame in pixels. The server scales wider frames down. Default: no limit. */
  get maxWidth(): number | undefined {
    return this.attributeValues.maxWidth;
  }

  set maxWidth(value: number | null | undefined) {
    this.#reflect("max-width", value);
  }

  /**
   * How the video fills the element, as in CSS `object-fit`: `"contain"` (default), `"cover"`, `"fill"`, or `"none"`,
   * which shows each pixel of the frame as one pixel of the screen.
   */
  get fit(): ViewFit {
    return this.attributeValues.fit;
  }

  set fit(value: ViewFit) {
    this.setAttribute("fit", value);
  }

  /** Adds a listener. For the events of this element, see {@link BroadcastViewEventMap}. */
  override addEventListener<K extends keyof ViewEventMap>(
    type: K,
    listener: (this: this, event: ViewEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Adds a listener of any event. */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  /** Removes a listener. */
  override removeEventListener<K extends keyof ViewEventMap>(
    type: K,
    listener: (this: this, event: ViewEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Removes a listener of any event. */
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void {
    super.removeEventListener(type, listener, options);
  }

  /** What the attributes ask the server for. */
  protected get demandMessage(): DemandMessage {
    const { encoding, maxFps, maxWidth } = this;
    return {
      type: "demand",
      encoding,
      ...(maxFps !== undefined && { maxFps }),
      ...(maxWidth !== undefined && { maxWidth }),
    };
  }

  /** Emits an event. */
  protected emit<K extends keyof BroadcastViewEventMap>(
    type: K,
    detail: BroadcastViewEventMap[K]["detail"],
  ): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Applies the properties that were set before the element was defined. They hide the accessors of this class. */
  protected upgradeProperties(): void {
    const own = this as Record<string, unknown>;
    for (const name of ["src", "control", "muted", "encoding", "maxFps", "maxWidth", "fit"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
  }

  #reflect(name: string, value: number | null | undefined): void {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }
}
