/** The shape of the mouse cursor changed. */
export interface CursorNotice {
  readonly kind: "cursor";
  /** A keyword of the CSS property `cursor`, such as `"pointer"` or `"text"`. */
  readonly cursor: string;
}

/** The page has opened a dialog and waits for the answer, a `DialogInput` with the same `id`. */
export interface DialogNotice {
  readonly kind: "dialog";
  /** Identifies the dialog. */
  readonly id: string;
  /** Kind of the dialog. */
  readonly type: "alert" | "confirm" | "prompt" | "beforeunload";
  /** The text of the dialog. */
  readonly message: string;
  /** The default answer of a prompt. */
  readonly defaultValue?: string;
  /** Time in ms after which the capture side answers the dialog itself. */
  readonly timeout?: number;
}

/** One choice of a `<select>` or a datalist. */
export interface PickerOption {
  /** Value of the option, for {@link PickerInput.values}. */
  readonly value: string;
  /** Text of the option. */
  readonly label: string;
  /** Whether the option is chosen now. Default `false`. */
  readonly selected?: boolean;
  /** Whether the option cannot be chosen. Default `false`. */
  readonly disabled?: boolean;
  /** Label of the option's `<optgroup>`. */
  readonly group?: string;
}

/**
 * The page has opened a pop-up that the video does not contain, and waits for the answer, a `PickerInput` with the same
 * `id`.
 */
export interface PickerNotice {
  readonly kind: "picker";
  /** Identifies the picker. */
  readonly id: string;
  /** What the picker chooses: an option, or a value of an `<input>` of this type. */
  readonly type: "select" | "datalist" | "color" | "date" | "time" | "datetime-local" | "month" | "week";
  /** Position and size of the element in the video frame before rotation; 1 is the width or height of the frame. */
  readonly x: number;
  /** Top edge, see {@link x}. */
  readonly y: number;
  /** Width of the element, see {@link x}. */
  readonly width: number;
  /** Height of the element, see {@link x}. */
  readonly height: number;
  /** The current value of the element; absent for a `<select>`. */
  readonly value?: string;
  /** The choices of a `<select>` or a datalist. */
  readonly options?: readonly PickerOption[];
  /** Whether several options can be chosen. */
  readonly multiple?: boolean;
  /** The attributes of a date or time input. */
  readonly min?: string;
  /** Maximum value, see {@link min}. */
  readonly max?: string;
  /** Distance between values, see {@link min}. */
  readonly step?: string;
}

/** A dialog or picker was answered or has disappeared. */
export interface ClosedNotice {
  readonly kind: "closed";
  /** The `id` of the dialog or picker. */
  readonly id: string;
}

/** The text that a viewer requested with a `CopyInput`. Only this viewer may get the text. */
export interface CopiedNotice {
  readonly kind: "copied";
  /** The viewer who requested the text. Absent if the request named no viewer. */
  readonly viewer?: string;
  /** The copied text. */
  readonly text: string;
}

/** The page asked for files. Viewers cannot choose files, so the page gets none. */
export interface FileChooserNotice {
  readonly kind: "file-chooser";
  /** Whether the page asked for several files. */
  readonly multiple: boolean;
}

/** The page started a download, which the video does not show. */
export interface DownloadNotice {
  readonly kind: "download";
  /** The suggested file name. */
  readonly name: string;
}

/** The page has crashed. */
export interface CrashNotice {
  readonly kind: "crash";
  /** Whether the page is being loaded again. */
  readonly reloading: boolean;
}

/**
 * Whether the page is captured. After a capture has ended, the last video frame stays, and inputs have no effect. All dialogs
 * and pickers are closed then, and the cursor no longer applies.
 */
export interface CaptureNotice {
  readonly kind: "capture";
  /**
   * - `"running"`: The page is captured. Also sent by a later capture of the same uploader.
   * - `"closed"`: The capture has ended, because the page or its browser was closed.
   * - `"crashed"`: The capture has ended, because the page has crashed and is not loaded again.
   * - `"stopped"`: The capturing program has stopped the capture.
   */
  readonly state: "running" | "closed" | "crashed" | "stopped";
}

/** The video shows another window: a pop-up, or the opener after the pop-up was closed. */
export interface WindowNotice {
  readonly kind: "window";
  /** URL of the window's page. */
  readonly url: string;
  /** Title of the window's page. */
  readonly title: string;
  /** Whether the window is a pop-up. */
  readonly isPopup: boolean;
}

/**
 * The content of an application message of type `"page"`, which a capture process sends about the page that it shows. Send
 * it with `messageContent`, because a long text or list does not fit the data of a message.
 */
export type PageNotice =
  | CursorNotice
  | DialogNotice
  | PickerNotice
  | ClosedNotice
  | CopiedNotice
  | FileChooserNotice
  | DownloadNotice
  | CrashNotice
  | CaptureNotice
  | WindowNotice;

/** Type of the application messages that carry a {@link PageNotice}. */
export const pageNoticeType = "page";
