import type { InputQueue } from "./input-queue.ts";

/** Gives the delete keys of on-screen keyboards something to delete; without it, some of them report nothing. */
const filler = "  ";

/** Maximum length of a text, as in the schema of `TextInput` and `CompositionInput`. */
const maxTextLength = 4_096;

/** The keys that on-screen keyboards report only by their effect on the text. */
const effects: readonly (readonly [RegExp, string])[] = [
  [/^delete.*Backward$/, "Backspace"],
  [/^delete.*Forward$/, "Delete"],
  [/^insert(LineBreak|Paragraph)$/, "Enter"],
];

/**
 * Converts text that arrives without usable key events to inputs: the text of input methods, dead keys and on-screen
 * keyboards. The field itself stays empty apart from the filler.
 */
export class TextCapture {
  readonly #field: HTMLTextAreaElement;
  readonly #queue: InputQueue;
  #isComposing = false;

  constructor(field: HTMLTextAreaElement, queue: InputQueue, signal: AbortSignal) {
    this.#field = field;
    this.#queue = queue;
    field.addEventListener("compositionstart", () => this.#start(), { signal });
    field.addEventListener("compositionupdate", ({ data }) => this.#update(data), { signal });
    field.addEventListener("compositionend", ({ data }) => this.#end(data), { signal });
    field.addEventListener("beforeinput", (event) => this.#insert(event), { signal });
    field.addEventListener("input", () => !this.#isComposing && this.#reset(), { signal });
    this.#reset();
  }

  /** Removes a text that is being composed. */
  cancel(): void {
    if (this.#isComposing) this.#queue.send({ kind: "composition", text: "" });
    this.#reset();
  }

  #reset(): void {
    this.#isComposing = false;
    if (this.#field.value !== filler) this.#field.value = filler;
    this.#field.setSelectionRange(filler.length, filler.length);
  }

  #start(): void {
    this.#isComposing = true;
  }

  #update(text: string): void {
    if (this.#isComposing) this.#queue.send({ kind: "composition", text: text.slice(0, maxTextLength) });
  }

  #end(text: string): void {
    // The composition has been cancelled.
    if (!this.#isComposing) return;
    this.#isComposing = false;
    if (text === "") this.#queue.send({ kind: "composition", text });
    else this.#type(text);
    this.#reset();
  }

  #insert(event: InputEvent): void {
    const { inputType, data } = event;
    // Compositions are reported by their own events. Safari inserts the text before "compositionend".
    if (this.#isComposing || /Composition/.test(inputType)) return;
    event.preventDefault();
    const key = effects.find(([pattern]) => pattern.test(inputType))?.[1];
    if (key !== undefined) {
      for (const type of ["down", "up"] as const)
        this.#queue.send({ kind: "key", event: type, key, code: key });
    } else if (/^insert(Text|ReplacementText)$/.test(inputType)) {
      const text = data ?? event.dataTransfer?.getData("text/plain");
      if (text) this.#type(text);
    }
  }

  #type(typed: string): void {
    // Splits between code points. 2,048 of them have at most 4,096 UTF-16 code units, the maximum length.
    for (const text of typed.match(/.{1,2048}/gsu) ?? []) this.#queue.send({ kind: "text", text });
  }
}
