import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import type { VideoDemand } from "@broadcast-ipc/protocol";
import type { Authorize } from "./access/admission.ts";
import type { ControlMode } from "./control/control-desk.ts";
import { maxViewerMessageLength } from "./wire/parse-viewer-message.ts";

/** Options of a `LiveView`. */
export interface LiveViewOptions {
  /**
   * Decides what the sender of a request may do. If the function throws, the request is refused and "failure" is
   * emitted. Default: everyone may watch, nobody may control.
   */
  readonly authorize?: Authorize | undefined;
  /** Origins whose pages may connect, beside those of the server itself, such as `"https://example.com"`. */
  readonly origins?: readonly string[] | undefined;
  /**
   * Whether X-Forwarded-Host and X-Forwarded-Proto tell which address the browser asked for. Set it only behind a proxy
   * that sets or removes these headers. Default false.
   */
  readonly trustProxy?: boolean | undefined;
  /** `"shared"` (default): every viewer that may control sends input. `"exclusive"`: one at a time. */
  readonly control?: ControlMode | undefined;
  /** Maximum number of viewers. Default: 100. */
  readonly maxViewers?: number | undefined;
  /** Time between two checks that a viewer is alive, in ms. After two without an answer, it is dropped. Default: 10,000. */
  readonly pingInterval?: number | undefined;
  /** What to ask the source for while nobody watches. Default: `null`, nothing. */
  readonly idleDemand?: VideoDemand | null | undefined;
  /** Maximum length of a viewer's message for the host program as JSON, in UTF-16 code units. Default: 16,384. */
  readonly maxMessageLength?: number | undefined;
}

/** {@link LiveViewOptions} with the defaults filled in. */
export interface LiveViewSettings {
  readonly authorize: Authorize;
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  readonly control: ControlMode;
  readonly maxViewers: number;
  readonly pingInterval: number;
  readonly idleDemand: VideoDemand | null;
  readonly maxMessageLength: number;
}

const optionNames: Record<keyof LiveViewOptions, true> = {
  authorize: true,
  origins: true,
  trustProxy: true,
  control: true,
  maxViewers: true,
  pingInterval: true,
  idleDemand: true,
  maxMessageLength: true,
};

/** Checks and copies the options. Throws a RangeError that names an invalid option. */
export function liveViewSettings(options: LiveViewOptions): LiveViewSettings {
  checkOptionNames(options, optionNames);
  const {
    authorize = () => ({ watch: true, control: false }),
    origins = [],
    trustProxy = false,
    control = "shared",
    idleDemand = null,
  } = options;
  if (typeof authorize !== "function") throw invalid("authorize", "a function", authorize);
  if (!Array.isArray(origins)) throw invalid("origins", "an array of origins", origins);
  for (const origin of origins) {
    const isOrigin = typeof origin === "string" && URL.canParse(origin) && new URL(origin).origin === origin;
    if (!isOrigin) throw invalid("origins", 'an origin such as "https://example.com"', origin);
  }
  if (typeof trustProxy !== "boolean") throw invalid("trustProxy", "true or false", trustProxy);
  if (control !== "shared" && control !== "exclusive") {
    throw invalid("control", '"shared" or "exclusive"', control);
  }
  return {
    authorize,
    origins: [...origins],
    trustProxy,
    control,
    maxViewers: integerOf("maxViewers", options.maxViewers ?? 100, 1, 1_000_000),
    pingInterval: integerOf("pingInterval", options.pingInterval ?? 10_000, 10, 2 ** 31 - 1),
    idleDemand,
    maxMessageLength: integerOf(
      "maxMessageLength",
      options.maxMessageLength ?? maxViewerMessageLength,
      0,
      2 ** 26,
    ),
  };
}

function integerOf(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(name, `an integer from ${least} to ${most}`, value);
}

function invalid(name: string, expected: string, value: unknown): RangeError {
  return new RangeError(`${name} must be ${expected}, got ${String(value)}`);
}
