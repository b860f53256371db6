import type { InputQueue } from "./input-queue.ts";
import { isShortcut } from "./key-events.ts";

/** Maximum length of a text to paste, as in the schema of `PasteInput`. */
const maxPasteLength = 1_000_000;
/** How long to wait for the selected text of the source, in ms. Browsers allow writing for about five seconds. */
const copyTimeout = 4_000;

/** What the clipboard's keys do. */
export interface ClipboardOptions {
  /** Whether Ctrl+V sends the text of the viewer's clipboard. Otherwise it is sent as a key. Default: true. */
  readonly paste?: boolean;
  /** Whether Ctrl+C and Ctrl+X write the source's selection to the viewer's clipboard. Default: true. */
  readonly copy?: boolean;
}

/** Sends the viewer's clipboard text to the source, and writes the source's selected text to the viewer's clipboard. */
export class ClipboardCapture {
  options: ClipboardOptions = {};
  readonly #queue: InputQueue;
  readonly #isMac: boolean;
  readonly #onMessage: (text: string) => void;
  #finishCopy: ((text: string) => void) | undefined;

  /** @param onMessage Called with a sentence for the viewer when something could not be pasted or copied. */
  constructor(
    field: HTMLTextAreaElement,
    { queue, isMac, signal }: { queue: InputQueue; isMac: boolean; signal: AbortSignal },
    onMessage: (text: string) => void,
  ) {
    this.#queue = queue;
    this.#isMac = isMac;
    this.#onMessage = onMessage;
    field.addEventListener("paste", (event) => this.#paste(event), { signal });
  }

  /** Handles a key that is pressed. Returns whether the key is a shortcut of the clipboard, and must not be sent. */
  handleKey(event: KeyboardEvent): boolean {
    const isPaste =
      isShortcut(event, "v", this.#isMac) || (event.key === "Insert" && event.shiftKey && !event.ctrlKey);
    // The browser answers with a "paste" event, which has the text.
    if (isPaste) return this.options.paste ?? true;
    const isCut = isShortcut(event, "x", this.#isMac);
    if ((!isCut && !isShortcut(event, "c", this.#isMac)) || event.shiftKey || !(this.options.copy ?? true))
      return false;
    event.preventDefault();
    if (!event.repeat) this.#copy(isCut);
    return true;
  }

  /** Takes the text of a `CopiedNotice`. Ignored unless the viewer has asked for it. */
  copied(text: string): void {
    this.#finishCopy?.(text);
  }

  #paste(event: ClipboardEvent): void {
    event.preventDefault();
    if (!(this.options.paste ?? true)) return;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text === "") this.#onMessage("The clipboard contains no text to paste.");
    else if (text.length > maxPasteLength) this.#onMessage("The text in the clipboard is too long to paste.");
    else this.#queue.send({ kind: "paste", text });
  }

  #copy(isCut: boolean): void {
    const text = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nothing was copied")), copyTimeout);
      this.#finishCopy = (copied) => {
        clearTimeout(timer);
        this.#finishCopy = undefined;
        // An empty selection must not empty the clipboard.
        if (copied === "") reject(new Error("nothing was selected"));
        else resolve(copied);
      };
    });
    this.#queue.send({ kind: "copy", ...(isCut && { cut: true }) });
    // The text may be missing, which is no failure.
    const failed = () =>
      text.then(() => this.#onMessage("The browser did not allow copying to the clipboard.")).catch(() => {});
    writeText(text).catch(failed);
  }
}

/** Writes a text that arrives later. Called in the event handler of a key, because browsers ask for a user's action. */
async function writeText(text: Promise<string>): Promise<void> {
  // Without HTTPS there is no clipboard.
  if (navigator.clipboard === undefined) {
    copyBySelection(await text);
    return;
  }
  if (typeof ClipboardItem === "undefined") {
    await navigator.clipboard.writeText(await text);
    return;
  }
  const blob = text.then((value) => new Blob([value], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

function copyBySelection(text: string): void {
  let isWritten = false;
  const write = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    isWritten = true;
  };
  document.addEventListener("copy", write, { capture: true, once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", write, { capture: true });
  if (!isWritten) throw new Error("the browser did not allow copying");
}
