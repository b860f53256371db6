/** The shape of the mouse cursor changed. */
export interface CursorNotice {
  readonly kind: "cursor";
  /** A keyword of the CSS property `cursor`, such as `"pointer"` or `"text"`. */
  readonly cursor: string;
}

/** The page has opened a dialog and waits for the answer, a `DialogInput` with the same `id`. */
export interface DialogNotice {
  readonly kind: "dialog";
  readonly id: string;
  readonly type: "alert" | "confirm" | "prompt" | "beforeunload";
  readonly message: string;
  /** The default answer of a prompt. */
  readonly defaultValue?: string;
  /** Time in ms after which the capture side answers the dialog itself. */
  readonly timeout?: number;
}

/** One choice of a `<select>` or a datalist. */
export interface PickerOption {
  readonly value: string;
  readonly label: string;
  readonly selected?: boolean;
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
  readonly id: string;
  readonly type: "select" | "datalist" | "color" | "date" | "time" | "datetime-local" | "month" | "week";
  /** Position and size of the element in the video frame before rotation; 1 is the width or height of the frame. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The current value of the element; absent for a `<select>`. */
  readonly value?: string;
  /** The choices of a `<select>` or a datalist. */
  readonly options?: readonly PickerOption[];
  /** Whether several options can be chosen. */
  readonly multiple?: boolean;
  /** The attributes of a date or time input. */
  readonly min?: string;
  readonly max?: string;
  readonly step?: string;
}

/** A dialog or picker was answered or has disappeared. */
export interface ClosedNotice {
  readonly kind: "closed";
  readonly id: string;
}

/** The text that a viewer requested with a `CopyInput`. Only this viewer may get the text. */
export interface CopiedNotice {
  readonly kind: "copied";
  readonly viewer?: string;
  readonly text: string;
}

/** The page asked for files. Viewers cannot choose files, so the page gets none. */
export interface FileChooserNotice {
  readonly kind: "file-chooser";
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

/** The video shows another window: a pop-up, or the opener after the pop-up was closed. */
export interface WindowNotice {
  readonly kind: "window";
  readonly url: string;
  readonly title: string;
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
  | WindowNotice;

/** Type of the application messages that carry a {@link PageNotice}. */
export const pageNoticeType = "page";
