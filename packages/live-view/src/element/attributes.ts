/** See {@link BroadcastView.encoding}. */
export type ViewEncoding = "auto" | "raw" | "jpeg" | "delta";
/** See {@link BroadcastView.fit}. */
export type ViewFit = "contain" | "cover" | "fill" | "none";

const encodings: readonly ViewEncoding[] = ["auto", "raw", "jpeg", "delta"];
const fits: readonly ViewFit[] = ["contain", "cover", "fill", "none"];

/** The attributes of a `<broadcast-view>` in JSX and templates, for the types of React, Vue and others. */
export interface BroadcastViewAttributes {
  /** See {@link BroadcastView.src}. */
  readonly src?: string;
  /** See {@link BroadcastView.control}. */
  readonly control?: boolean;
  /** See {@link BroadcastView.muted}. */
  readonly muted?: boolean;
  /** See {@link BroadcastView.encoding}. */
  readonly encoding?: ViewEncoding;
  /** See {@link BroadcastView.maxFps}. */
  readonly "max-fps"?: number;
  /** See {@link BroadcastView.maxWidth}. */
  readonly "max-width"?: number;
  /** See {@link BroadcastView.fit}. */
  readonly fit?: ViewFit;
}

/** The largest width that a frame can have. */
const maxWidth = 65_535;

/** Reads the attributes of an element. An invalid value is reported once and read as the default. */
export class Attributes {
  readonly #element: { getAttribute(name: string): string | null };
  readonly #warn: (warning: string) => void;
  readonly #reported = new Set<string>();

  constructor(
    element: { getAttribute(name: string): string | null },
    warn: (warning: string) => void = (warning) => console.warn(warning),
  ) {
    this.#element = element;
    this.#warn = warn;
  }

  get encoding(): ViewEncoding {
    return this.#choice("encoding", encodings, "auto");
  }

  get fit(): ViewFit {
    return this.#choice("fit", fits, "contain");
  }

  get maxFps(): number | undefined {
    return this.#number("max-fps", "a number from 0.1 to 1000", (value) => value >= 0.1 && value <= 1_000);
  }

  get maxWidth(): number | undefined {
    const isValid = (value: number) => Number.isInteger(value) && value >= 1 && value <= maxWidth;
    return this.#number("max-width", `a whole number from 1 to ${maxWidth}`, isValid);
  }

  /** Returns the URL of the WebSocket; `undefined` without a valid `src`. */
  socketUrl(base: string): string | undefined {
    const src = this.#element.getAttribute("src");
    if (src === null || src.trim() === "") return undefined;
    const url = URL.canParse(src, base) ? new URL(src, base) : undefined;
    const protocol = url?.protocol.replace(/^http/, "ws");
    if (url !== undefined && (protocol === "ws:" || protocol === "wss:")) {
      url.protocol = protocol;
      // A WebSocket's URL must not have a fragment.
      url.hash = "";
      return url.href;
    }
    this.#report("src", src, "a URL of http, https, ws or wss");
    return undefined;
  }

  #choice<C extends string>(name: string, choices: readonly C[], fallback: C): C {
    const value = this.#element.getAttribute(name);
    if (value === null) return fallback;
    const choice = choices.find((choice) => choice === value.trim().toLowerCase());
    if (choice === undefined) this.#report(name, value, choices.map((choice) => `"${choice}"`).join(", "));
    return choice ?? fallback;
  }

  #number(name: string, expected: string, isValid: (value: number) => boolean): number | undefined {
    const text = this.#element.getAttribute(name);
    if (text === null) return undefined;
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isFinite(value) && isValid(value)) return value;
    this.#report(name, text, expected);
    return undefined;
  }

  #report(name: string, value: string, expected: string): void {
    const warning = `<broadcast-view>: ${name} must be ${expected}, got "${value}"; the default is used`;
    if (this.#reported.has(warning)) return;
    this.#reported.add(warning);
    this.#warn(warning);
  }
}
