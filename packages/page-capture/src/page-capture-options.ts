import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import type { DialogNotice, InputMessage } from "@broadcast-ipc/protocol";

/** Options of {@link PageCapture.start}. */
export interface PageCaptureOptions {
  /** Maximum video frames per second, from 1 to 60. The receiver may want fewer. Default 30. */
  readonly maxFps?: number | undefined;
  /** Quality of JPEG frames, from 1 to 100, unless the receiver demands a quality. Default 80. */
  readonly quality?: number | undefined;
  /** Format of the frames. The other format is used if the receiver takes only that one. Default "jpeg". */
  readonly format?: "jpeg" | "png" | undefined;
  /**
   * Whether inputs of viewers are performed in the page, or a function that decides for each input. Default `false`: the
   * capture then leaves messages of type "input" to the application.
   */
  readonly input?: boolean | ((message: InputMessage) => boolean) | undefined;
  /** Whether pop-ups are shown while they are open. `false` leaves them alone. Default `true`. */
  readonly popups?: boolean | undefined;
  /**
   * What happens to dialogs that no viewer answers within `timeout` ms (default 10,000): they are accepted or, by default,
   * dismissed. `accept` can be a function that decides for each dialog. Dialogs that the host program listens to itself
   * are not affected.
   */
  readonly dialogs?:
    | {
        readonly timeout?: number | undefined;
        readonly accept?: boolean | ((dialog: DialogNotice) => boolean) | undefined;
      }
    | undefined;
  /** Whether a page that has crashed is loaded again. Default `false`: the capture ends. */
  readonly reloadAfterCrash?: boolean | undefined;
  /** Whether viewers can paste text into the page, and copy the page's selection. Default `true` for both. */
  readonly clipboard?:
    | { readonly paste?: boolean | undefined; readonly copy?: boolean | undefined }
    | undefined;
  /** Aborts the start, or stops the capture. */
  readonly signal?: AbortSignal | undefined;
}

/** {@link PageCaptureOptions} with the defaults filled in. */
export interface PageCaptureSettings {
  readonly maxFps: number;
  readonly quality: number;
  readonly format: "jpeg" | "png";
  /** `undefined` if inputs are not read. */
  readonly input: ((message: InputMessage) => boolean) | undefined;
  readonly popups: boolean;
  readonly dialogs: {
    readonly timeout: number;
    readonly accept: boolean | ((dialog: DialogNotice) => boolean);
  };
  readonly reloadAfterCrash: boolean;
  readonly clipboard: { readonly paste: boolean; readonly copy: boolean };
  readonly signal: AbortSignal | undefined;
}

const optionNames: Record<keyof PageCaptureOptions, true> = {
  maxFps: true,
  quality: true,
  format: true,
  input: true,
  popups: true,
  dialogs: true,
  reloadAfterCrash: true,
  clipboard: true,
  signal: true,
};
const dialogsNames: Names<PageCaptureOptions["dialogs"]> = { timeout: true, accept: true };
const clipboardNames: Names<PageCaptureOptions["clipboard"]> = { paste: true, copy: true };

type Names<Options> = Record<keyof NonNullable<Options>, true>;

/** Maximum delay of a timer, in ms. */
const maxTimerDelay = 2_147_483_647;

/** Checks and copies the options. Reads each option once. Throws a RangeError that names an invalid option. */
export function pageCaptureSettings(options: PageCaptureOptions): PageCaptureSettings {
  checkOptionNames(options, optionNames);
  const { maxFps = 30, quality = 80, format = "jpeg", input = false, signal } = options;
  const { dialogs, clipboard } = options;
  checkOptionNames(dialogs, dialogsNames, "dialogs");
  checkOptionNames(clipboard, clipboardNames, "clipboard");
  const { timeout = 10_000, accept = false } = dialogs ?? {};
  const { paste = true, copy = true } = clipboard ?? {};
  const { popups = true, reloadAfterCrash = false } = options;
  check("maxFps must be a number from 1 to 60", isWithin(maxFps, 1, 60), maxFps);
  check(
    "quality must be an integer from 1 to 100",
    Number.isInteger(quality) && isWithin(quality, 1, 100),
    quality,
  );
  check('format must be "jpeg" or "png"', format === "jpeg" || format === "png", format);
  for (const [name, decision] of Object.entries({ input, "dialogs.accept": accept }))
    check(
      `${name} must be a boolean or a function`,
      ["boolean", "function"].includes(typeof decision),
      decision,
    );
  const limit = `dialogs.timeout must be a number of ms from 0 to ${maxTimerDelay}`;
  check(limit, isWithin(timeout, 0, maxTimerDelay), timeout);
  const flags = {
    popups,
    reloadAfterCrash,
    "clipboard.paste": paste,
    "clipboard.copy": copy,
  };
  for (const [name, flag] of Object.entries(flags))
    check(`${name} must be a boolean`, typeof flag === "boolean", flag);
  return {
    maxFps,
    quality,
    format,
    input: typeof input === "function" ? input : input ? () => true : undefined,
    popups,
    dialogs: { timeout, accept },
    reloadAfterCrash,
    clipboard: { paste, copy },
    signal,
  };
}

function isWithin(value: number, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function check(rule: string, holds: boolean, given: unknown): void {
  if (holds) return;
  const shown =
    typeof given === "number" || typeof given === "string" ? given : `a value of type ${typeof given}`;
  throw new RangeError(`${rule}, got ${shown}`);
}
