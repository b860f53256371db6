import type { PickerNotice } from "@broadcast-ipc/protocol";
import { makeButton, makeElement } from "./make-element.ts";
import { OptionList } from "./option-list.ts";
import { PopupCard } from "./popup-card.ts";
import type { PopupView } from "./popup-view.ts";
import { ValueField } from "./value-field.ts";

/** Shows a picker of the page next to its element, and sends the viewer's choice. */
export class PickerPopup {
  readonly #notice: PickerNotice;
  readonly #view: PopupView;
  readonly #card: PopupCard;
  readonly #list: OptionList | undefined;
  readonly #field: ValueField | undefined;

  constructor(notice: PickerNotice, view: PopupView) {
    this.#notice = notice;
    this.#view = view;
    const { canAnswer, layer, home } = view;
    const label = labelOf(notice);
    this.#card = new PopupCard(
      { part: "picker", class: "picker", role: "dialog", "aria-label": label },
      {
        layer,
        home,
        boxOf: () => view.boxOf(notice),
        isCentred: false,
        // The page's text field keeps the focus while its suggestions are shown.
        kind: canAnswer && !this.isSuggestion ? "modal" : "plain",
        onCancel: () => this.cancel(),
      },
    );
    const { element } = this.#card;
    if (notice.type === "select" || notice.type === "datalist") {
      this.#list = new OptionList({
        label,
        options: notice.options ?? [],
        isMultiple: notice.multiple ?? false,
        isReadOnly: !canAnswer,
        onChoose: () => this.#choose(),
      });
      element.append(this.#list.element);
      if (canAnswer && notice.multiple) element.append(this.#buttons());
    } else {
      this.#field = new ValueField(notice, { label, isReadOnly: !canAnswer, onChoose: () => this.#choose() });
      element.append(this.#field.element);
      if (canAnswer) element.append(this.#buttons());
    }
    if (!canAnswer) {
      element.append(makeElement("p", { class: "note" }, "Only the viewer who has control can choose."));
    }
    const target = this.#list?.element ?? this.#field?.input;
    this.#card.show(canAnswer && !this.isSuggestion ? target : undefined);
    if (!this.isSuggestion) this.#list?.reveal();
    if (this.#card.hasFocus) this.#field?.open();
    else view.announce(label);
  }

  /** Whether the picker shows suggestions for a text field of the page, which keeps the focus. */
  get isSuggestion(): boolean {
    return this.#notice.type === "datalist";
  }

  /** Moves the focus into the list. */
  focus(): void {
    this.#card.focus(this.#list?.element);
    this.#list?.reveal();
  }

  /** Closes the picker without a choice. */
  cancel(): void {
    if (this.#view.canAnswer) this.#send(null);
  }

  /** Moves the pop-up to its place. */
  place(): void {
    this.#card.place();
  }

  remove(): void {
    this.#card.remove();
  }

  #buttons(): HTMLElement {
    const { type, multiple } = this.#notice;
    const buttons = makeElement("div", { class: "buttons" });
    const clear = makeButton("Clear", () => this.#send([""]));
    clear.classList.add("aside");
    if (!multiple && type !== "color") buttons.append(clear);
    buttons.append(
      makeButton("Cancel", () => this.#send(null)),
      makeButton("Set", () => this.#choose(), true),
    );
    return buttons;
  }

  #choose(): void {
    const values = this.#list?.values ?? this.#field?.values;
    if (values !== undefined) this.#send(values);
  }

  #send(values: readonly string[] | null): void {
    this.#view.answer({ kind: "picker", id: this.#notice.id, values });
  }
}

function labelOf({ type, multiple }: PickerNotice): string {
  switch (type) {
    case "select":
      return multiple ? "Choose any number of options" : "Choose an option";
    case "datalist":
      return "Suggestions";
    case "color":
      return "Choose a color";
    case "datetime-local":
      return "Choose a date and a time";
    default:
      return `Choose a ${type}`;
  }
}
