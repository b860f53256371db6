import type { PickerOption } from "@broadcast-ipc/protocol";
import { ListNavigation } from "./list-navigation.ts";
import { makeElement, uniqueId } from "./make-element.ts";

/** What an {@link OptionList} shows, and what it calls. */
export interface OptionListSettings {
  readonly label: string;
  readonly options: readonly PickerOption[];
  readonly isMultiple: boolean;
  readonly isReadOnly: boolean;
  /** Called when the viewer has chosen one option, or presses Enter in a list of several choices. */
  onChoose(): void;
}

/** A list of options with the keyboard operation of a `<select>`. */
export class OptionList {
  readonly element: HTMLElement;
  readonly #settings: OptionListSettings;
  readonly #items: HTMLElement[];
  readonly #navigation: ListNavigation;
  #selected: Set<number>;
  #active = -1;

  constructor(settings: OptionListSettings) {
    this.#settings = settings;
    const { options, isMultiple, isReadOnly, label } = settings;
    this.#navigation = new ListNavigation(options);
    this.#selected = new Set(options.flatMap(({ selected }, index) => (selected ? [index] : [])));
    this.#items = options.map((option, index) => this.#item(option, index));
    this.element = makeElement(
      "div",
      {
        class: "list",
        role: "listbox",
        tabindex: 0,
        "aria-label": label,
        "aria-multiselectable": isMultiple ? "true" : undefined,
        "aria-readonly": isReadOnly ? "true" : undefined,
      },
      ...this.#grouped(),
    );
    if (isReadOnly) return;
    this.element.addEventListener("click", (event) => this.#click(event));
    this.element.addEventListener("pointermove", (event) => this.#hover(event));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The values of the selected options, in the order of the list. */
  get values(): string[] {
    return this.#settings.options.flatMap(({ value }, index) => (this.#selected.has(index) ? [value] : []));
  }

  /** Scrolls to the selected option. Called when the list is shown. */
  reveal(): void {
    const [first] = this.#selected;
    this.#activate(first ?? this.#navigation.move("Home", -1));
  }

  #item({ label, disabled }: PickerOption, index: number): HTMLElement {
    return makeElement(
      "div",
      {
        id: uniqueId(),
        role: "option",
        "data-index": index,
        "aria-selected": String(this.#selected.has(index)),
        "aria-disabled": disabled ? "true" : undefined,
      },
      // An empty label would have no height.
      label || "\u00a0",
    );
  }

  #grouped(): HTMLElement[] {
    const parts: HTMLElement[] = [];
    let group: { readonly name: string; readonly element: HTMLElement } | undefined;
    for (const [index, item] of this.#items.entries()) {
      const name = this.#settings.options[index]?.group;
      if (name === undefined) {
        group = undefined;
        parts.push(item);
        continue;
      }
      if (group?.name !== name) {
        const heading = makeElement("div", { class: "group", role: "presentation" }, name);
        group = {
          name,
          element: makeElement("div", { role: "group", "aria-label": name || "Options" }, heading),
        };
        parts.push(group.element);
      }
      group.element.append(item);
    }
    return parts;
  }

  #click(event: Event): void {
    const index = this.#indexOf(event);
    if (index !== undefined) this.#choose(index);
  }

  #hover(event: Event): void {
    const index = this.#indexOf(event);
    if (index !== undefined && index !== this.#active) this.#activate(index, false);
  }

  #indexOf({ target }: Event): number | undefined {
    const item = target instanceof HTMLElement ? target.closest<HTMLElement>("[role=option]") : null;
    return item === null || item.getAttribute("aria-disabled") ? undefined : Number(item.dataset.index);
  }

  #key(event: KeyboardEvent): void {
    const { key, timeStamp, ctrlKey, metaKey, altKey, isComposing } = event;
    if (isComposing || ctrlKey || metaKey || altKey) return;
    const isSpace = key === " " && !this.#navigation.isTyping(timeStamp);
    if (key === "Enter" || isSpace) {
      event.preventDefault();
      if (key === "Enter" && this.#settings.isMultiple) this.#settings.onChoose();
      else if (this.#active >= 0) this.#choose(this.#active);
      return;
    }
    const isLetter = [...key].length === 1;
    const next = isLetter
      ? this.#navigation.type(key, this.#active, timeStamp)
      : this.#navigation.move(key, this.#active);
    if (isLetter || /^(Arrow|Page|Home|End)/.test(key)) event.preventDefault();
    this.#activate(next);
  }

  #choose(index: number): void {
    if (this.#settings.isMultiple) {
      if (!this.#selected.delete(index)) this.#selected.add(index);
      this.#items[index]?.setAttribute("aria-selected", String(this.#selected.has(index)));
      this.#activate(index);
      return;
    }
    this.#selected = new Set([index]);
    this.#settings.onChoose();
  }

  #activate(index: number | undefined, scrolls = true): void {
    const item = index === undefined ? undefined : this.#items[index];
    if (index === undefined || item === undefined) return;
    this.#items[this.#active]?.classList.remove("active");
    this.#active = index;
    item.classList.add("active");
    this.element.setAttribute("aria-activedescendant", item.id);
    // Not scrollIntoView(), which would scroll the viewer's page as well.
    const { offsetTop, offsetHeight } = item;
    if (!scrolls) return;
    const { scrollTop, clientHeight } = this.element;
    if (offsetTop < scrollTop) this.element.scrollTop = offsetTop;
    if (offsetTop + offsetHeight > scrollTop + clientHeight) {
      this.element.scrollTop = offsetTop + offsetHeight - clientHeight;
    }
  }
}
